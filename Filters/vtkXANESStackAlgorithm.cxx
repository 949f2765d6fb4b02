// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkXANESStackAlgorithm.h"

#include "EdgeFinder.h"
#include "EdgeTable.h"
#include "EnergyStack.h"
#include "Ranks.h"
#include "SpectrumValidity.h"
#include "StackRun.h"
#include "Threads.h"

#include <vtkDataArray.h>
#include <vtkFieldData.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace
{

using Pipeline = vtkStreamingDemandDrivenPipeline;

constexpr double ShortPostEdge = 300.0; // eV; below, degrees 2 and 3 follow the fine structure

bool IsAutomatic(const double range[2])
{
  return range[0] == 0.0 && range[1] == 0.0;
}

std::string Text(double value)
{
  std::ostringstream text;
  text << std::setprecision(10) << value;
  return text.str();
}

std::string OrEmpty(const char* text)
{
  return text ? text : "";
}

}

vtkXANESStackAlgorithm::vtkXANESStackAlgorithm()
{
  this->SetNumberOfInputPorts(1);
  this->SetNumberOfOutputPorts(1);
}

vtkXANESStackAlgorithm::~vtkXANESStackAlgorithm()
{
  this->SetElement(nullptr);
  this->SetEdge(nullptr);
}

void vtkXANESStackAlgorithm::SetMaskArray(const char* name)
{
  this->SetInputArrayToProcess(1, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

int vtkXANESStackAlgorithm::FillInputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkImageData");
  return 1;
}

int vtkXANESStackAlgorithm::RequestInformation(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  if (inInfo->Has(vtkDataObject::DIRECTION()))
  {
    outInfo->CopyEntry(inInfo, vtkDataObject::DIRECTION());
  }
  if (this->MakesMaps())
  {
    // The time of a source that shows one energy at a time is no time of its maps.
    outInfo->Remove(Pipeline::TIME_STEPS());
    outInfo->Remove(Pipeline::TIME_RANGE());
  }
  return 1;
}

int vtkXANESStackAlgorithm::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  const paraxanes::PieceRequest request(outputVector->GetInformationObject(0));
  if (!request.Split())
  {
    return 1; // the default: what is asked of the output
  }
  // Never less than the whole on several pieces, and the halo from the start: a larger request
  // later would read the stack again.
  inInfo->Set(Pipeline::UPDATE_EXTENT(), inInfo->Get(Pipeline::WHOLE_EXTENT()), 6);
  inInfo->Set(
    Pipeline::UPDATE_NUMBER_OF_GHOST_LEVELS(), std::max(request.GhostLevels, this->GetHalo()));
  return 1;
}

bool vtkXANESStackAlgorithm::Step(double fraction)
{
  this->UpdateProgress(fraction);
  return !this->CheckAbort();
}

int vtkXANESStackAlgorithm::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  vtkImageData* input = vtkImageData::GetData(inputVector[0]);
  vtkImageData* output = vtkImageData::GetData(outInfo);
  paraxanes::StackRun run(outInfo, input, output);
  paraxanes::ChooseNumberOfThreads(run.Ranks);
  this->ForgetWarnings();

  std::string error;
  if (!run.Ranks.AnyStopped(this) && this->Execute(run, error))
  {
    return 1;
  }
  output->Initialize();
  if (error.empty())
  {
    return paraxanes::EndStopped(this);
  }
  vtkErrorMacro(<< error);
  return 0;
}

// A rank whose piece is empty has nothing to find, but takes part in every collective call.
bool vtkXANESStackAlgorithm::Execute(paraxanes::StackRun& run, std::string& error)
{
  const auto find = [&](std::string& problem)
  { return run.IsEmpty() || (this->FindStack(run, problem) && this->FindMask(run, problem)); };
  if (!run.Ranks.AllDo(find, error))
  {
    return false;
  }
  run.ShareEnergies();
  if (!paraxanes::FindOwnedExtent(run.Input, run.Request, run.Ranks, run.Owned, error))
  {
    return false;
  }

  const bool kept = run.Ranks.All(run.IsEmpty() || this->HasKeptMaps(run));
  if (!kept && !this->FindMeanSpectrum(run, error))
  {
    return false;
  }
  const auto prepare = [&](std::string& problem)
  {
    this->PrepareOutput(run);
    if (run.IsEmpty())
    {
      return true;
    }
    if (kept)
    {
      this->AddKeptMaps(run);
      return true;
    }
    const bool fits = !run.Normalized && this->NeedsNormalization();
    return (!fits || this->ResolveNormalization(run, problem)) && this->PrepareRun(run, problem);
  };
  const auto block = [&](const paraxanes::SpectraBlock& spectra)
  { this->ProcessBlock(run, spectra); };
  const auto step = [&](double fraction) { return this->Step(fraction); };
  const auto finish = [&](std::string&)
  {
    if (!run.IsEmpty() && !kept)
    {
      this->FinishRun(run);
      this->WriteProvenance(run, run.Output);
      paraxanes::StoreRanges(run.Output);
      this->KeepMaps(run);
    }
    if (run.Request.Split())
    {
      const int layers = std::max(run.Request.GhostLevels, this->GetHalo());
      paraxanes::MarkOwned(
        run.Output, run.Owned, paraxanes::PieceExtent(run.Request, 0), layers > 0);
      run.Output->GetInformation()->Set(vtkDataObject::DATA_NUMBER_OF_GHOST_LEVELS(), layers);
    }
    return true;
  };
  if (!run.Ranks.AllDo(prepare, error) || (!kept && !run.ForEachBlock(block, step, error)) ||
    !run.Ranks.AllDo(finish, error))
  {
    return false;
  }
  this->WarnIfNothingIsValid(run);
  return true;
}

// An empty map is no error, but nobody wants one: the codes tell why. Collective.
void vtkXANESStackAlgorithm::WarnIfNothingIsValid(const paraxanes::StackRun& run)
{
  vtkIdType counts[paraxanes::NumberOfValidityCodes] = {};
  auto* codes = vtkUnsignedCharArray::SafeDownCast(
    run.Output->GetPointData()->GetAbstractArray(this->NameOf("validity").c_str()));
  for (vtkIdType v = 0; codes && v < codes->GetNumberOfValues() && counts[0] == 0; ++v)
  {
    ++counts[std::min<int>(codes->GetValue(v), paraxanes::NumberOfValidityCodes - 1)];
  }
  const bool anyValid = run.Ranks.Any(counts[0] > 0);
  run.Ranks.Sum(counts, paraxanes::NumberOfValidityCodes);
  if (anyValid || !run.Ranks.IsRoot())
  {
    return;
  }
  std::string list;
  for (int code = 1; code < paraxanes::NumberOfValidityCodes; ++code)
  {
    if (counts[code] > 0)
    {
      list += (list.empty() ? "" : ", ") +
        std::string(paraxanes::MeaningOf(static_cast<paraxanes::Validity>(code))) + " (" +
        std::to_string(counts[code]) + ")";
    }
  }
  vtkWarningMacro(
    "No voxel is valid: " << (list.empty() ? "the image is empty" : list)
                          << ". Check the element and edge, the ranges, the window and "
                             "the limits of the edge jump.");
}

// Collective. True without a mean where none is needed.
bool vtkXANESStackAlgorithm::FindMeanSpectrum(paraxanes::StackRun& run, std::string& error)
{
  const bool forE0 = this->E0Source == MEAN_SPECTRUM && !run.Ranks.Any(run.Normalized);
  const bool needed = forE0 || this->NeedsMeanSpectrum();
  this->SetProgressShiftScale(0.0, needed ? 0.5 : 1.0);
  if (needed)
  {
    run.Mean = run.MeanSpectrum([&](double fraction) { return this->Step(fraction); }, error);
    this->SetProgressShiftScale(0.5, 0.5);
  }
  return !needed || !run.Mean.empty();
}

// The output starts with the input's point arrays, but for the stack where only maps are wanted.
void vtkXANESStackAlgorithm::PrepareOutput(paraxanes::StackRun& run)
{
  paraxanes::SetExtent(run.Output, run.Box);
  run.Output->SetSpacing(run.Input->GetSpacing());
  run.Output->SetOrigin(run.Input->GetOrigin());
  run.Output->SetDirectionMatrix(run.Input->GetDirectionMatrix());
  if (run.Source)
  {
    paraxanes::SetStackEnergies(run.Output, run.Energies);
    run.Output->GetFieldData()->RemoveArray("shown_energy"); // of the source, not of its maps
  }
  const auto energies = static_cast<int>(run.Energies.size());
  vtkPointData* from = run.Input->GetPointData();
  run.Output->GetPointData()->Initialize(); // an image keeps its last scalars, of whatever name
  for (int i = 0; i < from->GetNumberOfArrays() && !run.IsEmpty(); ++i)
  {
    vtkAbstractArray* array = from->GetAbstractArray(i);
    // With up to three energies, maps and vectors have as many components as a stack.
    const bool isStack =
      array == run.Stack || (energies > 3 && array->GetNumberOfComponents() == energies);
    if (array != run.Shown && (this->PassesStack() || !isStack))
    {
      run.Output->GetPointData()->AddArray(array);
    }
  }
}

bool vtkXANESStackAlgorithm::HasKeptMaps(const paraxanes::StackRun& run)
{
  return run.Source && this->KeptMaps && this->KeptStackMTime == run.SourceMTime &&
    this->KeptMTime == this->GetMTime() &&
    paraxanes::MakeExtent(this->KeptMaps->GetExtent()) == run.Box;
}

void vtkXANESStackAlgorithm::AddKeptMaps(paraxanes::StackRun& run)
{
  vtkPointData* kept = this->KeptMaps->GetPointData();
  for (int i = 0; i < kept->GetNumberOfArrays(); ++i)
  {
    run.Output->GetPointData()->AddArray(kept->GetAbstractArray(i));
  }
  run.Output->GetPointData()->SetActiveScalars(kept->GetScalars()->GetName());
  run.Output->GetFieldData()->PassData(this->KeptMaps->GetFieldData());
}

// Only what was made here: the input's own arrays may be other ones next time.
void vtkXANESStackAlgorithm::KeepMaps(const paraxanes::StackRun& run)
{
  this->KeptMaps = nullptr;
  if (!run.Source)
  {
    return;
  }
  this->KeptMaps = vtkSmartPointer<vtkImageData>::New();
  paraxanes::SetExtent(this->KeptMaps, run.Box);
  vtkPointData* made = run.Output->GetPointData();
  for (int i = 0; i < made->GetNumberOfArrays(); ++i)
  {
    vtkAbstractArray* array = made->GetAbstractArray(i);
    if (array != run.Input->GetPointData()->GetAbstractArray(array->GetName()))
    {
      this->KeptMaps->GetPointData()->AddArray(array);
    }
  }
  this->KeptMaps->GetPointData()->SetActiveScalars(made->GetScalars()->GetName());
  this->KeptMaps->GetFieldData()->PassData(run.Output->GetFieldData());
  this->KeptStackMTime = run.SourceMTime;
  this->KeptMTime = this->GetMTime();
}

bool vtkXANESStackAlgorithm::FindStack(paraxanes::StackRun& run, std::string& error)
{
  run.SlabLimit = this->GetSlabLimit();
  return run.FindStack(this, this->GetDefaultInputArray(run.Input), this->MakesMaps(), error);
}

bool vtkXANESStackAlgorithm::FindMask(paraxanes::StackRun& run, std::string& error)
{
  const std::string name = paraxanes::ChosenArray(this, 1);
  if (name.empty())
  {
    return true;
  }
  run.Mask = run.Input->GetPointData()->GetArray(name.c_str());
  if (!run.Mask || run.Mask->GetNumberOfComponents() != 1)
  {
    error = "MaskArray: there is no point array \"" + name + "\" of one component; the input has " +
      paraxanes::ListPointArrays(run.Input) + ".";
    return false;
  }
  return true;
}

// Element and edge: the properties, else the stack's field data, else the one edge in the scan.
bool vtkXANESStackAlgorithm::ResolveTableE0(
  paraxanes::StackRun& run, double& e0, std::string& error)
{
  paraxanes::AbsorptionEdge edge;
  error =
    paraxanes::ChooseEdge(run.Element, run.Edge, run.Energies.front(), run.Energies.back(), edge);
  if (!error.empty())
  {
    error += " Set Element and Edge, or set E0Source to Value and E0.";
    return false;
  }
  run.Element = edge.Element;
  run.Edge = edge.Edge;
  e0 = edge.Energy;
  return true;
}

void vtkXANESStackAlgorithm::WarnOnce(
  const paraxanes::StackRun& run, const std::string& about, const std::string& text)
{
  if (run.Ranks.IsRoot() && this->Warnings.insert(about).second)
  {
    vtkWarningMacro(<< text);
  }
}

// Where E0 is not the table's, the names are the user's word: spelt as in the table, and doubted
// where the scan does not hold the edge.
void vtkXANESStackAlgorithm::CheckEdgeName(paraxanes::StackRun& run)
{
  const std::optional<paraxanes::AbsorptionEdge> known =
    paraxanes::EdgeOf(run.Element, run.Edge.empty() ? "K" : run.Edge);
  if (!known)
  {
    return;
  }
  run.Element = known->Element;
  run.Edge = known->Edge;
  const double first = run.Energies.front();
  const double last = run.Energies.back();
  if (known->Energy < first || known->Energy > last)
  {
    this->WarnOnce(run, "edge",
      known->Element + " " + known->Edge + " (" + Text(known->Energy) +
        " eV) lies outside the scan, " + Text(first) + " to " + Text(last) +
        " eV: the results are of some other edge. Mend Element and Edge; they are what the input "
        "says where both are empty.");
  }
}

bool vtkXANESStackAlgorithm::ResolveE0(paraxanes::StackRun& run, double& e0, std::string& error)
{
  run.Element = OrEmpty(this->Element);
  run.Edge = OrEmpty(this->Edge);
  if (run.Element.empty() && run.Edge.empty())
  {
    run.Element = paraxanes::GetField(run.Input, "element");
    run.Edge = paraxanes::GetField(run.Input, "edge");
  }
  switch (this->E0Source)
  {
    case VALUE:
      e0 = this->E0;
      if (!(e0 > 0.0))
      {
        error = "E0Source is Value, and E0 is " + Text(e0) + ". Set E0 to an energy in eV.";
        return false;
      }
      this->CheckEdgeName(run);
      return true;
    case MEAN_SPECTRUM:
      e0 = paraxanes::SteepestRise(run.Energies, run.Mean);
      if (std::isnan(e0))
      {
        error = "The spectrum from which E0 is to be taken rises nowhere. Set E0Source to Table or "
                "Value, or check the array and the mask.";
        return false;
      }
      this->CheckEdgeName(run);
      return true;
    default:
      return this->ResolveTableE0(run, e0, error);
  }
}

bool vtkXANESStackAlgorithm::ResolveNormalization(paraxanes::StackRun& run, std::string& error)
{
  paraxanes::NormalizationSettings settings;
  settings.Mode = static_cast<paraxanes::NormalizationMode>(this->Mode);
  settings.Rule = static_cast<paraxanes::RangeRule>(this->RangeRule);
  if (!this->ResolveE0(run, settings.E0, error))
  {
    return false;
  }
  if (this->RangeRule == LARCH)
  {
    const int nearest = paraxanes::NearestSample(run.Energies, settings.E0);
    settings.E0 = run.Energies[static_cast<std::size_t>(nearest)]; // which ranges count from
  }
  const paraxanes::EnergyRanges automatic =
    paraxanes::DefaultRanges(settings.E0, run.Energies.front(), run.Energies.back());
  settings.PreEdge = this->ResolveRange(this->PreEdgeRange, automatic.PreEdge, settings.E0);
  settings.PostEdge = this->ResolveRange(this->PostEdgeRange, automatic.PostEdge, settings.E0);
  settings.PreEdgeDegree = this->PreEdgeDegree >= 0
    ? this->PreEdgeDegree
    : paraxanes::DefaultPreEdgeDegree(
        paraxanes::SamplesOfFit(run.Energies, settings.PreEdge, settings.Rule).Size(),
        settings.PreEdge);
  settings.PostEdgeDegree = this->PostEdgeDegree >= 0
    ? this->PostEdgeDegree
    : paraxanes::DefaultPostEdgeDegree(settings.PostEdge);

  const std::string problem = paraxanes::CheckNormalization(run.Energies, settings);
  if (!problem.empty())
  {
    error = "The spectra cannot be normalised: " + problem + " (E0 is " + Text(settings.E0) +
      " eV). Set PreEdgeRange, PostEdgeRange, the degrees, or E0.";
    if (IsAutomatic(this->PreEdgeRange) && settings.PreEdge.High < run.Energies.front())
    {
      error += " The automatic pre-edge range ends at " + Text(settings.PreEdge.High) +
        " eV, before the scan begins (" + Text(run.Energies.front()) +
        " eV); nearer to E0 the edge already rises.";
    }
    const std::optional<double> l2 = paraxanes::L2EdgeBehind(settings.E0);
    if (l2 && IsAutomatic(this->PostEdgeRange) && run.Energies.back() < settings.PostEdge.Low)
    {
      error += " The automatic post-edge range lies behind L2 (" + Text(*l2) +
        " eV), where the scan has ended; between L3 and L2 there is hardly a flat part.";
    }
    return false;
  }
  const double length = settings.PostEdge.High - settings.PostEdge.Low;
  if (settings.PostEdgeDegree > 1 && length < ShortPostEdge)
  {
    this->WarnOnce(run, "post-edge degree",
      "PostEdgeDegree " + std::to_string(settings.PostEdgeDegree) + " over " + Text(length) +
        " eV, less than " + Text(ShortPostEdge) +
        " eV: the fit follows the fine structure. Degree 1 is safer.");
  }
  run.Normalization = paraxanes::Normalization(run.Energies, settings);
  run.Limits.MinimumEdgeJump = this->MinimumEdgeJump;
  run.Limits.MinimumJumpToNoise = this->MinimumJumpToNoise;
  return true;
}

paraxanes::EnergyRange vtkXANESStackAlgorithm::ResolveRange(
  const double given[2], const paraxanes::EnergyRange& automatic, double e0) const
{
  if (IsAutomatic(given))
  {
    return automatic;
  }
  const double offset = this->RangesRelativeToE0 ? e0 : 0.0;
  return { given[0] + offset, given[1] + offset };
}

void vtkXANESStackAlgorithm::WriteProvenance(const paraxanes::StackRun& run, vtkDataObject* output)
{
  const auto text = [&](const char* name, const std::string& value)
  {
    if (!value.empty())
    {
      paraxanes::SetField(output, this->NameOf(name), value);
    }
  };
  const auto numbers = [&](const char* name, const std::vector<double>& values)
  { paraxanes::SetField(output, this->NameOf(name), values); };

  paraxanes::SetField(output, "paraxanes_version", paraxanes::PluginVersion());
  if (run.Normalized || !this->NeedsNormalization())
  {
    return; // the rest came with the input, or there are no fits
  }
  const paraxanes::NormalizationSettings& settings = run.Normalization.Settings;
  static const char* const sources[] = { "table", "value", "mean spectrum" };
  text("element", run.Element);
  text("edge", run.Edge);
  static const char* const modes[] = { "Ratio (mu-pre)/(post-pre)", "Edge step (mu-pre)/edge_jump",
    "Flattened 1+(mu-post)/edge_jump from E0 on" };
  text("normalization", modes[this->Mode]);
  text("range_rule", this->RangeRule == LARCH ? "Larch" : "closed");
  text("E0_source", sources[this->E0Source]);
  numbers("E0", { settings.E0 });
  numbers("pre_edge_range", { settings.PreEdge.Low, settings.PreEdge.High });
  numbers("post_edge_range", { settings.PostEdge.Low, settings.PostEdge.High });
  numbers("pre_edge_degree", { static_cast<double>(settings.PreEdgeDegree) });
  numbers("post_edge_degree", { static_cast<double>(settings.PostEdgeDegree) });
  numbers("minimum_edge_jump", { run.Limits.MinimumEdgeJump });
  numbers("minimum_jump_to_noise", { run.Limits.MinimumJumpToNoise });
}

void vtkXANESStackAlgorithm::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "Element: " << OrEmpty(this->Element) << "\n";
  os << indent << "Edge: " << OrEmpty(this->Edge) << "\n";
  os << indent << "E0Source: " << this->E0Source << "\n";
  os << indent << "E0: " << this->E0 << " eV\n";
  os << indent << "RangesRelativeToE0: " << this->RangesRelativeToE0 << "\n";
  os << indent << "PreEdgeRange: " << this->PreEdgeRange[0] << " to " << this->PreEdgeRange[1]
     << " eV\n";
  os << indent << "PostEdgeRange: " << this->PostEdgeRange[0] << " to " << this->PostEdgeRange[1]
     << " eV\n";
  os << indent << "PreEdgeDegree: " << this->PreEdgeDegree << "\n";
  os << indent << "PostEdgeDegree: " << this->PostEdgeDegree << "\n";
  os << indent << "Mode: " << this->Mode << "\n";
  os << indent << "RangeRule: " << this->RangeRule << "\n";
  os << indent << "MaskArray: " << paraxanes::ChosenArray(this, 1) << "\n";
  os << indent << "MinimumEdgeJump: " << this->MinimumEdgeJump << "\n";
  os << indent << "MinimumJumpToNoise: " << this->MinimumJumpToNoise << "\n";
}
