// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Threads.h
 * How many threads the kernels take in this process.
 */
#ifndef Threads_h
#define Threads_h

#include "ParaXANESPipelineModule.h"

namespace paraxanes
{

class Ranks;

/**
 * Sets the number of threads of the kernels and returns it: the cores of the process's affinity
 * mask, divided among the ranks of the same node that have the same mask; but no more than
 * VTK_SMP_MAX_THREADS where it is set, else than vtkSMPTools has where its backend is parallel.
 * On several ranks the first tells in the log (INFO) which cores and threads they have.
 * Collective; call it once before the loops of a request.
 */
PARAXANESPIPELINE_EXPORT int ChooseNumberOfThreads(const Ranks& ranks);

}

#endif
