// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file EnergyStack.h
 * The conventions of an energy stack in a vtkImageData: field data, component names, ranges.
 *
 * A stack is a point array with one component per energy; field data `energy` holds the energies
 * in eV, strictly ascending.
 */
#ifndef EnergyStack_h
#define EnergyStack_h

#include "ParaXANESPipelineModule.h"

#include <vtkSmartPointer.h>
#include <vtkType.h>

#include <optional>
#include <string>
#include <vector>

class vtkAlgorithm;
class vtkDataArray;
class vtkDataObject;
class vtkFieldData;
class vtkFloatArray;
class vtkImageData;
class vtkUnsignedCharArray;

namespace paraxanes
{

class ComponentRanges;

/// The energies in field data `energy`; empty when there are none.
PARAXANESPIPELINE_EXPORT std::vector<double> StackEnergies(vtkDataObject* data);

/// Writes field data `energy`.
PARAXANESPIPELINE_EXPORT void SetStackEnergies(
  vtkDataObject* data, const std::vector<double>& energies);

/// Names the components after the energies, such as "8333.00 eV".
PARAXANESPIPELINE_EXPORT void NameComponents(
  vtkDataArray* stack, const std::vector<double>& energies);

/// Finds the ranges of the arrays of an output and stores them where ParaView looks for them, so
/// that it need not pass over them serially: arrays of one component of any type, and arrays of
/// floats or doubles of several. Those that have a range are left alone. The last thing to do with
/// an output.
PARAXANESPIPELINE_EXPORT void StoreRanges(vtkImageData* output);

/// Stores ranges that are known already.
PARAXANESPIPELINE_EXPORT void StoreRanges(vtkDataArray* stack, const ComponentRanges& ranges);

/// One text, or numbers, in the field data of an output (which may share its input's field data
/// object: only the output's own is changed).
PARAXANESPIPELINE_EXPORT void SetField(
  vtkDataObject* data, const std::string& name, const std::string& text);
PARAXANESPIPELINE_EXPORT void SetField(
  vtkDataObject* data, const std::string& name, const std::vector<double>& numbers);
PARAXANESPIPELINE_EXPORT std::string GetField(vtkDataObject* data, const std::string& name);
/// The first number of a field data array, with all its digits; none when it is no number.
PARAXANESPIPELINE_EXPORT std::optional<double> GetNumber(
  vtkDataObject* data, const std::string& name);

/// Name of the array that is chosen as input array `index` of a filter (SetInputArrayToProcess);
/// empty where none is, or "None" or "Automatic", which is what panels offer for that.
PARAXANESPIPELINE_EXPORT std::string ChosenArray(vtkAlgorithm* filter, int index);

/**
 * The array that a filter works on: `chosen`; where the choice is empty the default name, then
 * the active scalars. Null, with the arrays that there are in `error`, when there is none.
 */
PARAXANESPIPELINE_EXPORT vtkDataArray* FindPointArray(
  vtkDataObject* data, const std::string& chosen, const char* defaultName, std::string& error);

/// The point array `validity` as bytes; codes that do not fit become 255, which is not valid
/// either. Null where there is none.
PARAXANESPIPELINE_EXPORT vtkSmartPointer<vtkUnsignedCharArray> ValidityCodes(vtkImageData* image);

/// "absorbance (60 components), edge_energy": what there is, for messages.
PARAXANESPIPELINE_EXPORT std::string ListPointArrays(vtkDataObject* data);

/// The version of this plugin, for the provenance of every result.
PARAXANESPIPELINE_EXPORT std::string PluginVersion();

}

#endif
