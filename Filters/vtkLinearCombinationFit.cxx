// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkLinearCombinationFit.h"

#include "EnergyStack.h"
#include "LinearCombination.h"
#include "NewArray.h"
#include "SpectrumKernels.h"
#include "StackRun.h"
#include "TableColumns.h"

#include <vtkDataArray.h>
#include <vtkFieldData.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkTable.h>
#include <vtkUnsignedCharArray.h>
#include <vtksys/SystemTools.hxx>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iterator>
#include <limits>
#include <sstream>

vtkStandardNewMacro(vtkLinearCombinationFit);

struct vtkLinearCombinationFit::Reference
{
  std::string Name;
  std::vector<double> Energies; // eV
  std::vector<double> Mu;

  bool operator==(const Reference& other) const
  {
    return this->Name == other.Name && this->Energies == other.Energies && this->Mu == other.Mu;
  }
};

struct vtkLinearCombinationFit::Plan
{
  bool IsNormalizationKnown = false;
  paraxanes::Normalization Normalization; // of the stack, also where it was done before
  paraxanes::EnergyRange FitRange;
  paraxanes::LinearCombination Combination;
  vtkSmartPointer<vtkUnsignedCharArray> GivenValidity; // of normalised input; may be null
  paraxanes::CombinationMaps Maps;
};

namespace
{

// Condition numbers beyond which the fractions are mostly noise, and beyond which they are nothing
// but rounding.
constexpr double PoorCondition = 100.0;
constexpr double NoCondition = 1e5;

std::string Text(double value)
{
  std::ostringstream text;
  text << std::setprecision(10) << value;
  return text.str();
}

std::string Text(const paraxanes::EnergyRange& range)
{
  return Text(range.Low) + " to " + Text(range.High) + " eV";
}

std::vector<double> NumbersOf(vtkDataObject* data, const char* name)
{
  std::vector<double> numbers;
  vtkDataArray* array = data->GetFieldData()->GetArray(name);
  for (vtkIdType i = 0; array && i < array->GetNumberOfValues(); ++i)
  {
    numbers.push_back(array->GetComponent(i, 0));
  }
  return numbers;
}

// How a stack was normalised, by the field data of XANES Normalize; false when they do not say it.
bool ReadNormalization(vtkDataObject* data, paraxanes::NormalizationSettings& settings)
{
  const std::vector<double> e0 = NumbersOf(data, "E0");
  const std::vector<double> pre = NumbersOf(data, "pre_edge_range");
  const std::vector<double> post = NumbersOf(data, "post_edge_range");
  const std::vector<double> preDegree = NumbersOf(data, "pre_edge_degree");
  const std::vector<double> postDegree = NumbersOf(data, "post_edge_degree");
  const std::string mode = paraxanes::GetField(data, "normalization");
  // By enum NormalizationMode.
  static const char* const modes[] = { "Ratio", "Edge step", "Flattened" };
  const auto* const found = std::find_if(
    std::begin(modes), std::end(modes), [&](const char* name) { return mode.rfind(name, 0) == 0; });
  if (e0.size() != 1 || pre.size() != 2 || post.size() != 2 || preDegree.size() != 1 ||
    postDegree.size() != 1 || found == std::end(modes))
  {
    return false;
  }
  settings.Mode = static_cast<paraxanes::NormalizationMode>(found - std::begin(modes));
  settings.Rule = paraxanes::GetField(data, "range_rule") == "Larch" ? paraxanes::RangeRule::Larch
                                                                     : paraxanes::RangeRule::Closed;
  settings.E0 = e0[0];
  settings.PreEdge = { pre[0], pre[1] };
  settings.PostEdge = { post[0], post[1] };
  settings.PreEdgeDegree = static_cast<int>(preDegree[0]);
  settings.PostEdgeDegree = static_cast<int>(postDegree[0]);
  return true;
}

float* AddMap(vtkImageData* output, const std::string& name, vtkIdType voxels)
{
  const auto map = paraxanes::NewArray<vtkFloatArray>(name, voxels);
  output->GetPointData()->AddArray(map);
  return map->GetPointer(0);
}

}

vtkLinearCombinationFit::vtkLinearCombinationFit()
{
  this->SetNumberOfInputPorts(2);
}

vtkLinearCombinationFit::~vtkLinearCombinationFit() = default;

void vtkLinearCombinationFit::RemoveAllReferences()
{
  this->SetInputConnection(1, nullptr);
}

void vtkLinearCombinationFit::AddReferenceName(const char* name)
{
  this->ReferenceNames.emplace_back(name ? name : "");
  this->Modified();
}

void vtkLinearCombinationFit::ClearReferenceNames()
{
  this->ReferenceNames.clear();
  this->Modified();
}

double vtkLinearCombinationFit::GetSlabLimit()
{
  return this->MemoryLimit * 1024.0 * 1024.0 * 1024.0;
}

const char* vtkLinearCombinationFit::GetDefaultInputArray(vtkImageData* input)
{
  const char* normalized = "normalized_absorbance";
  return input->GetPointData()->HasArray(normalized)
    ? normalized
    : this->Superclass::GetDefaultInputArray(input);
}

int vtkLinearCombinationFit::FillInputPortInformation(int port, vtkInformation* info)
{
  if (port == 0)
  {
    return this->Superclass::FillInputPortInformation(port, info);
  }
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkTable");
  info->Set(vtkAlgorithm::INPUT_IS_REPEATABLE(), 1);
  info->Set(vtkAlgorithm::INPUT_IS_OPTIONAL(), 1); // scripts may set them later; none is an error
  return 1;
}

int vtkLinearCombinationFit::RequestData(
  vtkInformation* request, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  const paraxanes::Ranks ranks(outputVector->GetInformationObject(0));
  std::vector<Reference> references;
  std::string error;
  if (!this->ReadReferences(inputVector[1], ranks, references, error))
  {
    vtkImageData::GetData(outputVector)->Initialize();
    vtkErrorMacro(<< error);
    return 0;
  }
  if (references != this->References)
  {
    this->References = std::move(references);
    this->Modified(); // maps that were kept are those of other references
  }
  return this->Superclass::RequestData(request, inputVector, outputVector);
}

// Collective: the reader's tables have rows on the first rank only.
bool vtkLinearCombinationFit::ReadReferences(vtkInformationVector* tables,
  const paraxanes::Ranks& ranks, std::vector<Reference>& references, std::string& error)
{
  for (int i = 0; i < tables->GetNumberOfInformationObjects(); ++i)
  {
    vtkNew<vtkTable> table;
    table->ShallowCopy(vtkTable::GetData(tables, i));
    const auto read = [&](std::string& problem)
    {
      references.emplace_back();
      return ReadReference(table, i + 1, references.back(), problem);
    };
    if (!ranks.Broadcast(table, error) || !ranks.AllDo(read, error))
    {
      return false;
    }
  }
  if (references.empty() || references.size() > paraxanes::MostReferences)
  {
    error = "There are " + std::to_string(references.size()) + " reference spectra; 1 to " +
      std::to_string(paraxanes::MostReferences) + " can be fitted. Set References.";
    return false;
  }
  return this->NameReferences(references, error);
}

bool vtkLinearCombinationFit::ReadReference(
  vtkTable* table, int index, Reference& reference, std::string& error)
{
  const std::string number = std::to_string(index);
  const std::string source = paraxanes::GetField(table, "source");
  reference.Name =
    source.empty() ? number : vtksys::SystemTools::GetFilenameWithoutLastExtension(source);
  reference.Energies = paraxanes::ColumnOf(table, "energy (eV)");
  reference.Mu = paraxanes::ColumnOf(table, "mu");
  const std::string who = "Reference " + number + (source.empty() ? "" : " (" + source + ")");
  if (reference.Energies.size() < 4 || reference.Mu.size() != reference.Energies.size())
  {
    error = who + " has " + std::to_string(table->GetNumberOfRows()) + " rows and " +
      paraxanes::ColumnNames(table) +
      "; columns \"energy (eV)\" and \"mu\" of at least 4 rows are needed, as XAS Spectrum "
      "Reader makes them.";
    return false;
  }
  const std::string problem = paraxanes::CheckEnergies(reference.Energies);
  error = problem.empty() ? "" : who + ": " + problem + ".";
  return problem.empty();
}

bool vtkLinearCombinationFit::NameReferences(std::vector<Reference>& references, std::string& error)
{
  if (!this->ReferenceNames.empty() && this->ReferenceNames.size() != references.size())
  {
    error = "There are " + std::to_string(this->ReferenceNames.size()) + " ReferenceNames for " +
      std::to_string(references.size()) + " references. Give one for each, or none.";
    return false;
  }
  for (std::size_t i = 0; i < references.size(); ++i)
  {
    std::string& name = references[i].Name;
    name = this->ReferenceNames.empty() ? name : this->ReferenceNames[i];
    const auto same = std::find_if(references.begin(), references.begin() + static_cast<int>(i),
      [&](const Reference& other)
      {
        // Each makes an array of its name, and one of its name and "_error".
        return other.Name == name || other.Name == name + "_error" || name == other.Name + "_error";
      });
    if (name.empty() || same != references.begin() + static_cast<int>(i))
    {
      error = "Reference " + std::to_string(i + 1) +
        (name.empty() ? " has no name"
                      : " is called \"" + name + "\" like another one, or like its error") +
        ". Set ReferenceNames.";
      return false;
    }
  }
  return true;
}

bool vtkLinearCombinationFit::FindFitRange(
  const paraxanes::StackRun& run, paraxanes::EnergyRange& range, std::string& error)
{
  const std::optional<double> e0 =
    run.Normalized ? paraxanes::GetNumber(run.Input, "E0") : run.Normalization.Settings.E0;
  if (!e0 && this->FitRange[0] == 0.0 && this->FitRange[1] == 0.0)
  {
    error = "The input is normalised and does not say its E0 (field data \"E0\"), from which the "
            "fit range follows. Set FitRange.";
    return false;
  }
  const double center = e0.value_or(0.0);
  range = this->ResolveRange(this->FitRange, { center - 20.0, center + 30.0 }, center);
  const int samples = paraxanes::SamplesIn(run.Energies, range).Size();
  const auto references = static_cast<int>(this->References.size());
  if (samples <= references)
  {
    error = "The fit range " + Text(range) + " holds " + std::to_string(samples) +
      " of the stack's energies (" +
      Text(paraxanes::EnergyRange{ run.Energies.front(), run.Energies.back() }) + "); a fit of " +
      std::to_string(references) + " references needs more than that. Set FitRange.";
    return false;
  }
  return true;
}

bool vtkLinearCombinationFit::FindNormalization(
  const paraxanes::StackRun& run, Plan& plan, std::string& error)
{
  plan.IsNormalizationKnown = true;
  plan.Normalization = run.Normalization;
  if (!run.Normalized)
  {
    return true;
  }
  paraxanes::NormalizationSettings settings;
  plan.IsNormalizationKnown = ReadNormalization(run.Input, settings) &&
    paraxanes::CheckNormalization(run.Energies, settings).empty();
  if (plan.IsNormalizationKnown)
  {
    plan.Normalization = paraxanes::Normalization(run.Energies, settings);
  }
  else if (!this->NormalizedReferences)
  {
    error = "The stack is normalised, and its field data do not say how, so that the references "
            "cannot be normalised in the same way. Give the raw stack; or references that are "
            "normalised, and turn NormalizedReferences on.";
  }
  return error.empty();
}

bool vtkLinearCombinationFit::PlaceReference(const paraxanes::StackRun& run,
  const Reference& reference, const paraxanes::IndexRange& samples, std::vector<double>& placed,
  std::string& error)
{
  const Plan& plan = *this->CurrentPlan;
  const std::vector<double>& energies = run.Energies;
  const std::string who = "Reference \"" + reference.Name + "\"";
  const paraxanes::EnergyRange covers = { reference.Energies.front(), reference.Energies.back() };
  const paraxanes::IndexRange covered = paraxanes::SamplesIn(energies, covers);
  if (covered.First > samples.First || covered.Last < samples.Last)
  {
    error = who + " covers " + Text(covers) + ", which does not hold the fit range " +
      Text(plan.FitRange) + ". Set FitRange, or give another reference.";
    return false;
  }
  const std::vector<double> common(
    energies.begin() + covered.First, energies.begin() + covered.Last);
  std::vector<double> mu = paraxanes::InterpolateSpectrum(reference.Energies, reference.Mu, common);
  if (!this->NormalizedReferences)
  {
    const paraxanes::NormalizationSettings& settings = plan.Normalization.Settings;
    const std::string problem = paraxanes::CheckNormalization(common, settings);
    if (!problem.empty())
    {
      error = who + ", which covers " + Text(covers) +
        ", cannot be normalised like the stack: " + problem +
        ". Set PreEdgeRange and PostEdgeRange, or give a longer reference.";
      return false;
    }
    const paraxanes::Normalization normalization(common, settings);
    const bool isWhole = normalization.PreEdge.Size() == plan.Normalization.PreEdge.Size() &&
      normalization.PostEdge.Size() == plan.Normalization.PostEdge.Size();
    if (!isWhole && run.Ranks.IsRoot())
    {
      vtkWarningMacro(<< who << " covers " << Text(covers)
                      << ", less than the ranges of the normalisation: it is normalised by "
                      << normalization.PreEdge.Size() << " of " << plan.Normalization.PreEdge.Size()
                      << " pre-edge and " << normalization.PostEdge.Size() << " of "
                      << plan.Normalization.PostEdge.Size()
                      << " post-edge energies. Set ranges that all references cover.");
    }
    std::vector<float> normalized(mu.size());
    paraxanes::SpectrumMaps maps;
    maps.Normalized = normalized.data();
    paraxanes::NormalizeSpectra(normalization, { 0.0, 0.0 }, mu.data(), 1, nullptr, maps);
    mu.assign(normalized.begin(), normalized.end());
  }
  placed.assign(energies.size(), std::numeric_limits<double>::quiet_NaN());
  std::copy(mu.begin(), mu.end(), placed.begin() + covered.First);
  if (!std::all_of(placed.begin() + samples.First, placed.begin() + samples.Last,
        [](double value) { return std::isfinite(value); }))
  {
    error = who + (this->NormalizedReferences ? " is not finite" : " has no edge jump") +
      ". Is it a spectrum of the same edge?";
    return false;
  }
  return true;
}

bool vtkLinearCombinationFit::CheckCollinearity(const paraxanes::StackRun& run, std::string& error)
{
  const paraxanes::LinearCombination& combination = this->CurrentPlan->Combination;
  if (combination.ConditionNumber <= PoorCondition)
  {
    return true;
  }
  std::string names;
  for (const int i : combination.Collinear)
  {
    names +=
      (names.empty() ? "\"" : ", \"") + this->References[static_cast<std::size_t>(i)].Name + "\"";
  }
  std::ostringstream problem;
  problem << "The references " << names
          << " are nearly combinations of each other in the fit range "
          << Text(this->CurrentPlan->FitRange) << " (condition number " << std::setprecision(3)
          << combination.ConditionNumber << ")";
  if (!(combination.ConditionNumber < NoCondition))
  {
    error = problem.str() + ", so that they have no fractions. Leave one out, or set FitRange.";
    return false;
  }
  if (run.Ranks.IsRoot())
  {
    vtkWarningMacro(<< problem.str() << ": their fractions are noisy; see the errors.");
  }
  return true;
}

bool vtkLinearCombinationFit::PrepareRun(paraxanes::StackRun& run, std::string& error)
{
  this->CurrentPlan = std::make_unique<Plan>();
  Plan& plan = *this->CurrentPlan;
  if (!this->FindFitRange(run, plan.FitRange, error) || !this->FindNormalization(run, plan, error))
  {
    return false;
  }
  const paraxanes::IndexRange samples = paraxanes::SamplesIn(run.Energies, plan.FitRange);
  std::vector<std::vector<double>> references(this->References.size());
  for (std::size_t i = 0; i < references.size(); ++i)
  {
    if (!this->PlaceReference(run, this->References[i], samples, references[i], error))
    {
      return false;
    }
  }
  plan.Combination = paraxanes::LinearCombination(references, samples,
    static_cast<paraxanes::FractionConstraint>(this->Constraint),
    plan.IsNormalizationKnown ? &plan.Normalization : nullptr);
  if (!this->CheckCollinearity(run, error))
  {
    return false;
  }

  plan.GivenValidity =
    run.Normalized ? paraxanes::ValidityCodes(run.Input) : vtkSmartPointer<vtkUnsignedCharArray>();
  const vtkIdType voxels = run.NumberOfVoxels();
  for (std::size_t i = 0; i < references.size(); ++i)
  {
    const std::string name = "fraction_" + this->References[i].Name;
    plan.Maps.Fractions[i] = AddMap(run.Output, name, voxels);
    plan.Maps.Errors[i] = AddMap(run.Output, name + "_error", voxels);
  }
  plan.Maps.RFactor = AddMap(run.Output, "lcf_r_factor", voxels);
  if (!run.Normalized)
  {
    plan.Maps.EdgeJump = AddMap(run.Output, "edge_jump", voxels);
  }
  const auto validity = paraxanes::NewArray<vtkUnsignedCharArray>("validity", voxels);
  run.Output->GetPointData()->AddArray(validity);
  plan.Maps.Validity = validity->GetPointer(0);
  return true;
}

void vtkLinearCombinationFit::ProcessBlock(
  const paraxanes::StackRun& run, const paraxanes::SpectraBlock& block)
{
  const Plan& plan = *this->CurrentPlan;
  const paraxanes::CombinationMaps maps = plan.Maps.From(block.First);
  const auto fit = [&](const auto* spectra)
  {
    if (run.Normalized)
    {
      const std::uint8_t* validity =
        plan.GivenValidity ? plan.GivenValidity->GetPointer(block.First) : nullptr;
      paraxanes::FitCombinations(
        plan.Combination, spectra, block.Count, validity, block.Mask, maps);
    }
    else
    {
      paraxanes::FitCombinationsOfRaw(
        run.Normalization, run.Limits, plan.Combination, spectra, block.Count, block.Mask, maps);
    }
  };
  block.Floats ? fit(block.Floats) : fit(block.Doubles);
}

void vtkLinearCombinationFit::FinishRun(paraxanes::StackRun& run)
{
  static const char* const constraints[] = { "None", "NonNegative", "SumToOne",
    "NonNegativeSumToOne" };
  const Plan& plan = *this->CurrentPlan;
  std::string names;
  for (const Reference& reference : this->References)
  {
    names += (names.empty() ? "" : ", ") + reference.Name;
  }
  run.Output->GetPointData()->SetActiveScalars(
    ("fraction_" + this->References.front().Name).c_str());
  paraxanes::SetField(run.Output, "lcf_references", names);
  paraxanes::SetField(
    run.Output, "lcf_fit_range", std::vector<double>{ plan.FitRange.Low, plan.FitRange.High });
  paraxanes::SetField(run.Output, "lcf_constraint", constraints[this->Constraint]);
  paraxanes::SetField(
    run.Output, "lcf_condition_number", std::vector<double>{ plan.Combination.ConditionNumber });
  this->CurrentPlan.reset();
}

void vtkLinearCombinationFit::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "ReferenceNames: " << this->ReferenceNames.size() << "\n";
  os << indent << "NormalizedReferences: " << this->NormalizedReferences << "\n";
  os << indent << "FitRange: " << this->FitRange[0] << " to " << this->FitRange[1] << " eV\n";
  os << indent << "Constraint: " << this->Constraint << "\n";
  os << indent << "PassStack: " << this->PassStack << "\n";
  os << indent << "MemoryLimit: " << this->MemoryLimit << " GiB\n";
  os << indent << "HaloVoxels: " << this->HaloVoxels << "\n";
}
