// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ScanFolder.h
 * Folders of single frames as SSRL beamline 6-2c writes them: several exposures and references per
 * energy, which only the names of the files tell apart.
 *
 * A frame, a reference, a ScanInfo_*.txt or a scan script stands for its scan: all frames of the
 * folder of the same sample, angle and tile (ScanNames.h). Lists name files that may have been
 * renamed since: where none of them is there, the frames of the folder are taken. A list or a
 * reference that fits several angles, tiles or samples: the first one, and a warning names all.
 *
 * Per energy:
 * - exposures, of which the mean is taken: all frames, of all repeats;
 * - references: those of the sample, else those that name no sample. Where there are several groups
 *   of them with other frames in between, each exposure takes the group that is nearest in time.
 *   Where the folder has none, those in the files themselves;
 * - pixel size: where the files state no energy, as at this beamline, 36.39296 um x E / 9000 eV
 * over the columns of the image: the magnification of a zone plate follows the energy, and the size
 * in the files does not. The pixel size of the stack is that of the lowest energy.
 */
#ifndef ScanFolder_h
#define ScanFolder_h

#include "StackSeries.h"

#include <optional>

namespace paraxanes
{

/// The scan that the files stand for; nothing where they are no frames of a scan. Throws
/// FormatError.
std::optional<Series> FindScan(const StackRequest& request, FileCache& cache);

}

#endif
