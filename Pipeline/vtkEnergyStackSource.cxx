// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkEnergyStackSource.h"

#include "ComponentRanges.h"
#include "EnergyAxis.h"
#include "EnergyStack.h"
#include "NewArray.h"
#include "Ranks.h"
#include "Threads.h"

#include <vtkDataObject.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <new>
#include <sstream>

namespace
{

constexpr double GiB = 1024.0 * 1024.0 * 1024.0;

// Memory that the system could give, bytes; without limit where it does not say.
double FreeMemory()
{
  std::ifstream info("/proc/meminfo");
  std::string line;
  while (std::getline(info, line))
  {
    std::istringstream words(line);
    std::string key;
    double kibibytes = 0.0;
    if (words >> key >> kibibytes && key == "MemAvailable:")
    {
      return kibibytes * 1024.0;
    }
  }
  return std::numeric_limits<double>::infinity();
}

}

vtkEnergyStackSource::vtkEnergyStackSource()
{
  this->SetNumberOfInputPorts(0);
  this->SetNumberOfOutputPorts(1);
}

vtkEnergyStackSource::~vtkEnergyStackSource() = default;

std::vector<double> vtkEnergyStackSource::StackEnergies()
{
  StackDescription stack;
  std::string error;
  return this->DescribeStack(stack, error) ? stack.Energies : std::vector<double>();
}

bool vtkEnergyStackSource::ReadBox(const int box[6], const std::vector<double>& energies,
  float* spectra, const ProgressFunction& progress, std::string& error)
{
  StackDescription stack;
  if (!this->DescribeAgain(stack, error) || !this->IsAsAnnounced(stack, error))
  {
    return false;
  }
  const paraxanes::Extent extent = paraxanes::MakeExtent(box);
  if (stack.Energies != energies || !paraxanes::Contains(stack.Whole, extent))
  {
    error = this->WhatChanged() + " has changed since its energies and size were read: reload it.";
    return false;
  }
  const EnergyIndices all = { 0, static_cast<int>(stack.Energies.size()) };
  paraxanes::ComponentRanges ranges(all.Last);
  return this->FillSpectra(stack, extent, all, spectra, ranges, progress, error);
}

vtkMTimeType vtkEnergyStackSource::StackMTime()
{
  return this->GetMTime();
}

bool vtkEnergyStackSource::AddToOutput(
  const StackDescription&, vtkImageData*, const ProgressFunction&)
{
  return true;
}

void vtkEnergyStackSource::AfterReading(const paraxanes::Ranks&) {}

int vtkEnergyStackSource::FillOutputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkDataObject::DATA_TYPE_NAME(), "vtkImageData");
  return 1;
}

bool vtkEnergyStackSource::TryToDescribe(StackDescription& stack, std::string& error)
{
  try
  {
    return this->DescribeStack(stack, error);
  }
  catch (const std::exception& exception)
  {
    error = exception.what();
    return false;
  }
}

bool vtkEnergyStackSource::IsAsAnnounced(const StackDescription& stack, std::string& error) const
{
  const StackDescription& announced = this->Announced;
  const bool same = std::equal(stack.Spacing, stack.Spacing + 3, announced.Spacing) &&
    std::equal(stack.Origin, stack.Origin + 3, announced.Origin) &&
    stack.Whole == announced.Whole && stack.Energies == announced.Energies;
  if (same || announced.Energies.empty())
  {
    return true;
  }
  const auto text = [](const StackDescription& one)
  {
    std::ostringstream words;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      words << one.Whole[2 * axis + 1] - one.Whole[2 * axis] + 1 << (axis < 2 ? " x " : " voxels");
    }
    words << " of " << one.Spacing[0] << " x " << one.Spacing[1] << " x " << one.Spacing[2]
          << " um from (" << one.Origin[0] << ", " << one.Origin[1] << ", " << one.Origin[2]
          << ") um at " << one.Energies.size() << " energies, " << one.Energies.front() << " to "
          << one.Energies.back() << " eV";
    return words.str();
  };
  error = this->WhatChanged() + " has changed since the stack was opened: that had " +
    text(announced) + "; now it has " + text(stack) + ". Reload it (File > Reload Files).";
  return false;
}

int vtkEnergyStackSource::RequestInformation(
  vtkInformation*, vtkInformationVector**, vtkInformationVector* outputVector)
{
  using Pipeline = vtkStreamingDemandDrivenPipeline;
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  // A source without this key is executed on the first rank only.
  outInfo->Set(vtkAlgorithm::CAN_PRODUCE_SUB_EXTENT(), 1);
  outInfo->Remove(Pipeline::TIME_STEPS());
  outInfo->Remove(Pipeline::TIME_RANGE());
  StackDescription stack;
  std::string error;
  const bool found = this->TryToDescribe(stack, error);
  this->Announced = found ? stack : StackDescription();
  if (!found)
  {
    // The error waits for RequestData: there it is shared by all ranks, of which none may wait for
    // another one, and until then scripts and panels can set what is still missing.
    outInfo->Set(Pipeline::WHOLE_EXTENT(), paraxanes::EmptyExtent.data(), 6);
    return 1;
  }
  outInfo->Set(Pipeline::WHOLE_EXTENT(), stack.Whole.data(), 6);
  outInfo->Set(vtkDataObject::ORIGIN(), stack.Origin, 3);
  outInfo->Set(vtkDataObject::SPACING(), stack.Spacing, 3);
  const int energies = static_cast<int>(stack.Energies.size());
  vtkDataObject::SetPointDataActiveScalarInfo(
    outInfo, VTK_FLOAT, this->ShowsOneEnergy() ? 1 : energies);
  if (this->ShowsOneEnergy())
  {
    const double range[2] = { stack.Energies.front(), stack.Energies.back() };
    outInfo->Set(Pipeline::TIME_STEPS(), stack.Energies.data(), energies);
    outInfo->Set(Pipeline::TIME_RANGE(), range, 2);
  }
  return 1;
}

vtkEnergyStackSource::EnergyIndices vtkEnergyStackSource::RequestedEnergies(
  const StackDescription& stack, vtkInformation* outInfo) const
{
  if (!this->ShowsOneEnergy())
  {
    return { 0, static_cast<int>(stack.Energies.size()) };
  }
  vtkInformationDoubleKey* key = vtkStreamingDemandDrivenPipeline::UPDATE_TIME_STEP();
  const double energy = outInfo->Has(key) ? outInfo->Get(key) : stack.Energies.front();
  const int nearest = paraxanes::NearestSample(stack.Energies, energy);
  return { nearest, nearest + 1 };
}

double vtkEnergyStackSource::LimitInBytes() const
{
  return this->MemoryLimit > 0.0 ? this->MemoryLimit * GiB : 0.7 * FreeMemory() / this->RanksOfNode;
}

bool vtkEnergyStackSource::CheckMemory(vtkIdType voxels, int components, std::string& error) const
{
  const double bytes = static_cast<double>(voxels) * components * sizeof(float);
  const double limit = this->LimitInBytes();
  if (bytes > limit)
  {
    std::ostringstream message;
    message
      << "This stack needs " << bytes / GiB << " GiB (" << voxels << " voxels x " << components
      << " energies x 4 bytes), and the memory limit is " << limit / GiB
      << " GiB. Raise MemoryLimit, take a part of the stack (VOI, Stride, EnergyRange), or spread "
         "it over more ranks"
      << (this->ShowsOneEnergy() ? "." : ", or set OutputMode to EnergyAsTime.");
    error = message.str();
  }
  return bytes <= limit;
}

bool vtkEnergyStackSource::Fill(
  const StackDescription& stack, EnergyIndices energies, vtkImageData* output, std::string& error)
{
  const paraxanes::Extent box = paraxanes::MakeExtent(output->GetExtent());
  const vtkIdType voxels = paraxanes::NumberOfVoxels(box);
  const int components = energies.Last - energies.First;
  if (!this->CheckMemory(voxels, components, error))
  {
    return false;
  }
  const auto array = paraxanes::NewArray<vtkFloatArray>(stack.ArrayName, voxels, components);
  if (!this->ShowsOneEnergy())
  {
    paraxanes::NameComponents(array, stack.Energies);
  }
  const auto progress = [this](double from, double to)
  {
    return [this, from, to](double fraction)
    {
      this->UpdateProgress(from + (to - from) * fraction);
      return !this->CheckAbort();
    };
  };
  paraxanes::ComponentRanges ranges(components);
  if (!this->FillSpectra(
        stack, box, energies, array->GetPointer(0), ranges, progress(0.0, 0.8), error))
  {
    return false;
  }
  if (ranges.Count() == voxels)
  {
    paraxanes::StoreRanges(array, ranges);
  }
  output->GetPointData()->SetScalars(array);
  if (!this->AddToOutput(stack, output, progress(0.8, 0.95)))
  {
    return false;
  }
  paraxanes::StoreRanges(output);
  return true;
}

int vtkEnergyStackSource::RequestData(
  vtkInformation*, vtkInformationVector**, vtkInformationVector* outputVector)
{
  using Pipeline = vtkStreamingDemandDrivenPipeline;
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  vtkImageData* output = vtkImageData::GetData(outInfo);
  const paraxanes::Ranks ranks(outInfo);
  paraxanes::ChooseNumberOfThreads(ranks);
  this->RanksOfNode = ranks.SizeOfNode();

  const auto work = [&](std::string& error)
  {
    StackDescription stack;
    if (!this->DescribeStack(stack, error) || !this->IsAsAnnounced(stack, error))
    {
      return false;
    }
    if (this->Announced.Energies.empty())
    {
      error = "The stack can be read now, and could not when it was opened. Reload it (File > "
              "Reload Files).";
      return false;
    }
    const paraxanes::Extent asked = paraxanes::MakeExtent(outInfo->Get(Pipeline::UPDATE_EXTENT()));
    const bool empty = paraxanes::IsEmpty(asked);
    output->SetSpacing(stack.Spacing);
    output->SetOrigin(stack.Origin);
    paraxanes::SetExtent(output, empty ? paraxanes::EmptyExtent : asked);
    paraxanes::SetStackEnergies(output, stack.Energies);
    for (const auto& text : stack.Texts)
    {
      paraxanes::SetField(output, text.first, text.second);
    }
    for (const auto& numbers : stack.Numbers)
    {
      paraxanes::SetField(output, numbers.first, numbers.second);
    }
    const EnergyIndices energies = this->RequestedEnergies(stack, outInfo);
    if (this->ShowsOneEnergy())
    {
      const double energy = stack.Energies[static_cast<std::size_t>(energies.First)];
      paraxanes::SetField(output, "shown_energy", std::vector<double>{ energy });
      output->GetInformation()->Set(vtkDataObject::DATA_TIME_STEP(), energy);
    }
    const paraxanes::PieceRequest request(outInfo);
    if (!empty && !this->Fill(stack, energies, output, error))
    {
      return false;
    }
    if (request.Split())
    {
      paraxanes::MarkOwned(output, paraxanes::SourceOwnedExtent(request),
        paraxanes::PieceExtent(request, 0), request.GhostLevels > 0);
    }
    return true;
  };

  std::string error;
  if (ranks.AllDo(work, error))
  {
    this->AfterReading(ranks);
    this->UpdateProgress(1.0);
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

void vtkEnergyStackSource::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "OutputMode: " << (this->ShowsOneEnergy() ? "EnergyAsTime" : "Stack") << "\n";
  os << indent << "MemoryLimit: " << this->MemoryLimit << " GiB\n";
}
