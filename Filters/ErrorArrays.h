// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ErrorArrays.h
 * Errors (one standard deviation) beside their maps: edge_energy_error of edge_energy,
 * edge_energy_error_Ni of edge_energy_Ni.
 */
#ifndef ErrorArrays_h
#define ErrorArrays_h

#include <string>

class vtkDataArray;
class vtkPointData;

namespace paraxanes
{

/// The error of a map, one value per voxel; null where there is none.
vtkDataArray* ErrorOf(vtkPointData* points, const std::string& map);

/// Whether an array is an error: by its name, X_error, or X_error_S where X_S is there, too.
bool IsError(vtkPointData* points, const std::string& name);

}

#endif
