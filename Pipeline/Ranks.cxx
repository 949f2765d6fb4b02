// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Ranks.h"

#include "NewArray.h"

#include <vtkAlgorithm.h>
#include <vtkCharArray.h>
#include <vtkCommunicator.h>
#include <vtkDataObject.h>
#include <vtkInformation.h>
#include <vtkMultiProcessController.h>
#include <vtkNew.h>
#include <vtkStreamingDemandDrivenPipeline.h>

#include <algorithm>
#include <array>
#include <exception>
#include <limits>
#include <new>
#include <numeric>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

namespace paraxanes
{
namespace
{

// Some values after the other, as a rank without memory for a copy of all would leave the others
// waiting.
template <typename T>
void Reduce(vtkMultiProcessController* controller, T* values, vtkIdType count, int operation)
{
  std::array<T, 4096> mine;
  const auto most = static_cast<vtkIdType>(mine.size());
  for (vtkIdType first = 0; controller && first < count; first += most)
  {
    const vtkIdType number = std::min(most, count - first);
    std::copy_n(values + first, number, mine.data());
    controller->AllReduce(mine.data(), values + first, number, operation);
  }
}

template <typename T>
T Reduced(vtkMultiProcessController* controller, T value, int operation)
{
  Reduce(controller, &value, 1, operation);
  return value;
}

}

bool IsFirstRank()
{
  vtkMultiProcessController* controller = vtkMultiProcessController::GetGlobalController();
  return !controller || controller->GetLocalProcessId() == 0;
}

int EndStopped(vtkAlgorithm* filter)
{
  filter->SetAbortOutput(true);
  return 1;
}

Ranks::Ranks(vtkInformation* outputInformation)
{
  using Pipeline = vtkStreamingDemandDrivenPipeline;
  vtkMultiProcessController* controller = vtkMultiProcessController::GetGlobalController();
  const int pieces =
    outputInformation && outputInformation->Has(Pipeline::UPDATE_NUMBER_OF_PIECES())
    ? outputInformation->Get(Pipeline::UPDATE_NUMBER_OF_PIECES())
    : 1;
  if (controller && pieces > 1 && controller->GetNumberOfProcesses() == pieces)
  {
    this->Controller = controller;
    this->Count = pieces;
    this->Index = controller->GetLocalProcessId();
  }
}

int Ranks::SizeOfNode() const
{
  std::string host;
#if defined(__unix__) || defined(__APPLE__)
  char name[256] = {};
  gethostname(name, sizeof(name) - 1);
  host = name;
#endif
  const auto here = static_cast<vtkIdType>(std::hash<std::string>{}(host));
  const std::vector<vtkIdType> hosts = this->Gather(here);
  return static_cast<int>(std::count(hosts.begin(), hosts.end(), here));
}

bool Ranks::AllDo(const std::function<bool(std::string&)>& work, std::string& error) const
{
  enum Outcome
  {
    Done = 0,
    Stopped = 1,
    Failed = 2
  };
  Outcome mine = Done;
  try
  {
    if (!work(error))
    {
      mine = error.empty() ? Stopped : Failed;
    }
  }
  catch (const std::bad_alloc&)
  {
    error = "There is not enough memory.";
    mine = Failed;
  }
  catch (const std::exception& exception)
  {
    error = exception.what();
    mine = Failed;
  }
  if (mine == Failed && error.empty())
  {
    error = "An error of an unknown kind.";
  }
  const auto worst = static_cast<int>(this->Max(mine));
  if (worst == Failed && mine != Failed)
  {
    error = "Another rank failed; its message says why.";
  }
  return worst == Done;
}

bool Ranks::All(bool ok) const
{
  return Reduced(this->Controller, ok ? 1 : 0, vtkCommunicator::MIN_OP) == 1;
}

void Ranks::Sum(double* values, vtkIdType count) const
{
  Reduce(this->Controller, values, count, vtkCommunicator::SUM_OP);
}

void Ranks::Sum(vtkIdType* values, vtkIdType count) const
{
  Reduce(this->Controller, values, count, vtkCommunicator::SUM_OP);
}

double Ranks::Sum(double value) const
{
  return Reduced(this->Controller, value, vtkCommunicator::SUM_OP);
}

vtkIdType Ranks::Sum(vtkIdType value) const
{
  return Reduced(this->Controller, value, vtkCommunicator::SUM_OP);
}

void Ranks::Max(double* values, vtkIdType count) const
{
  Reduce(this->Controller, values, count, vtkCommunicator::MAX_OP);
}

double Ranks::Max(double value) const
{
  return Reduced(this->Controller, value, vtkCommunicator::MAX_OP);
}

bool Ranks::AnyStopped(vtkAlgorithm* filter) const
{
  return this->Any(filter->CheckAbort());
}

std::vector<vtkIdType> Ranks::Gather(vtkIdType value) const
{
  std::vector<vtkIdType> values(static_cast<std::size_t>(this->Count), value);
  if (this->Controller)
  {
    this->Controller->AllGather(&value, values.data(), 1);
  }
  return values;
}

bool Ranks::GatherAll(const std::vector<std::int64_t>& mine,
  std::vector<std::vector<std::int64_t>>& all, std::string& error) const
{
  std::vector<vtkIdType> lengths = this->Gather(static_cast<vtkIdType>(mine.size()));
  std::vector<vtkIdType> offsets(lengths.size(), 0);
  std::vector<vtkIdType> sent;
  std::vector<vtkIdType> received;
  const auto allocate = [&](std::string& problem)
  {
    std::partial_sum(lengths.begin(), lengths.end() - 1, offsets.begin() + 1);
    const vtkIdType total = offsets.back() + lengths.back();
    if (total > std::numeric_limits<int>::max())
    {
      problem = "The ranks have " + std::to_string(total) +
        " numbers to tell each other, more than MPI takes. Use fewer ranks.";
      return false;
    }
    // One more, as the address of nothing is null.
    sent.assign(mine.begin(), mine.end());
    sent.push_back(0);
    received.resize(static_cast<std::size_t>(total) + 1);
    all.resize(lengths.size());
    for (std::size_t rank = 0; rank < all.size(); ++rank)
    {
      all[rank].resize(static_cast<std::size_t>(lengths[rank]));
    }
    return true;
  };
  if (!this->AllDo(allocate, error))
  {
    return false;
  }
  if (!this->Controller)
  {
    all.front() = mine;
    return true;
  }
  this->Controller->AllGatherV(sent.data(), received.data(), static_cast<vtkIdType>(mine.size()),
    lengths.data(), offsets.data());
  for (std::size_t rank = 0; rank < all.size(); ++rank)
  {
    std::copy_n(received.data() + offsets[rank], lengths[rank], all[rank].data());
  }
  return true;
}

bool Ranks::GatherBytes(
  std::vector<unsigned char>& mine, int root, GatheredBytes& all, std::string& error) const
{
  std::vector<vtkIdType> lengths = this->Gather(static_cast<vtkIdType>(mine.size()));
  const auto allocate = [&](std::string&)
  {
    all.Offsets.assign(lengths.size(), 0);
    std::partial_sum(lengths.begin(), lengths.end() - 1, all.Offsets.begin() + 1);
    if (!this->Controller)
    {
      all.Bytes = std::move(mine);
    }
    else if (this->Index == root)
    {
      all.Bytes.resize(static_cast<std::size_t>(all.Offsets.back() + lengths.back()));
    }
    return true;
  };
  if (!this->AllDo(allocate, error))
  {
    return false;
  }
  if (this->Controller)
  {
    this->Controller->GatherV(mine.data(), all.Bytes.data(), static_cast<vtkIdType>(mine.size()),
      lengths.data(), all.Offsets.data(), root);
  }
  return true;
}

bool Ranks::Broadcast(vtkDataObject* data, std::string& error) const
{
  if (!this->Controller)
  {
    return true;
  }
  // The controller's own broadcast tells no failure: the other ranks would wait for ever.
  vtkNew<vtkCharArray> bytes;
  vtkIdType length = 0;
  const auto pack = [&](std::string& problem)
  {
    if (this->IsRoot() && !vtkCommunicator::MarshalDataObject(data, bytes))
    {
      problem = std::string("A ") + data->GetClassName() + " cannot be sent to the other ranks.";
      return false;
    }
    length = bytes->GetNumberOfValues();
    if (length > std::numeric_limits<int>::max())
    {
      problem = std::string("A ") + data->GetClassName() + " of " + std::to_string(length) +
        " bytes is more than MPI sends to the other ranks. Run on one rank.";
      return false;
    }
    return true;
  };
  if (!this->AllDo(pack, error))
  {
    return false;
  }
  this->Controller->Broadcast(&length, 1, 0);
  const auto allocate = [&](std::string&)
  {
    if (!this->IsRoot())
    {
      AllocateArray<char>(bytes, "", length, 1);
    }
    return true;
  };
  if (!this->AllDo(allocate, error))
  {
    return false;
  }
  this->Controller->Broadcast(bytes->GetPointer(0), length, 0);
  const auto unpack = [&](std::string& problem)
  {
    const bool ok = this->IsRoot() || vtkCommunicator::UnMarshalDataObject(bytes, data);
    problem = ok ? "" : "What the first rank sent cannot be read.";
    return ok;
  };
  return this->AllDo(unpack, error);
}

}
