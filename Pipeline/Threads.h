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
 * Sets the number of threads of the kernels and returns it: VTK_SMP_MAX_THREADS where it is set;
 * else that of vtkSMPTools where its backend is parallel, but no more than the cores of the
 * process's affinity mask, divided among the ranks of the same node that have the same mask.
 * Collective; call it once before the loops of a request.
 */
PARAXANESPIPELINE_EXPORT int ChooseNumberOfThreads(const Ranks& ranks);

}

#endif
