// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class Ranks
 * @brief The ranks that work on one request together, for reductions that also work without MPI.
 *
 * Every member function is collective: all ranks call it, in the same order.
 */
#ifndef Ranks_h
#define Ranks_h

#include "ParaXANESPipelineModule.h"

#include <vtkType.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

class vtkAlgorithm;
class vtkDataObject;
class vtkInformation;
class vtkMultiProcessController;

namespace paraxanes
{

/// True on the first of all processes, which alone writes files and warns of what is in them.
PARAXANESPIPELINE_EXPORT bool IsFirstRank();

/// The end of a request that the user stopped, maybe on another rank: this rank counts as stopped
/// too. VTK runs a stopped filter again at the next request, and all ranks have to. Returns 1.
PARAXANESPIPELINE_EXPORT int EndStopped(vtkAlgorithm* filter);

/// Bytes of every rank: those of rank k from Offsets[k] on.
struct GatheredBytes
{
  std::vector<unsigned char> Bytes;
  std::vector<vtkIdType> Offsets;

  const unsigned char* Of(std::size_t rank) const
  {
    return this->Bytes.data() + this->Offsets[rank];
  }
};

class PARAXANESPIPELINE_EXPORT Ranks
{
public:
  /// Ranks of the global controller when the request is split over all of them, else one.
  explicit Ranks(vtkInformation* outputInformation);

  int Size() const { return this->Count; }
  int Rank() const { return this->Index; }
  bool IsRoot() const { return this->Index == 0; }

  /// How many of them run on this node.
  int SizeOfNode() const;

  /**
   * Does work that talks to no other rank, and tells whether it worked on all of them. It returns
   * false with the reason in its argument when it fails, with none when the user stopped it;
   * exceptions are failures too. False on every rank when it did not work on one: with `error`
   * then, unless it was stopped.
   */
  bool AllDo(const std::function<bool(std::string&)>& work, std::string& error) const;

  /// True when ok is true on every rank.
  bool All(bool ok) const;
  /// True when some rank says true.
  bool Any(bool flag) const { return !this->All(!flag); }

  void Max(double* values, vtkIdType count) const;
  void Sum(double* values, vtkIdType count) const;
  void Sum(vtkIdType* values, vtkIdType count) const;
  double Sum(double value) const;
  vtkIdType Sum(vtkIdType value) const;
  double Max(double value) const;

  /// True when the user stopped the filter, or what is before it, on some rank.
  bool AnyStopped(vtkAlgorithm* filter) const;

  /// The value of every rank, in rank order.
  std::vector<vtkIdType> Gather(vtkIdType value) const;

  /// Gives every rank the numbers of every rank, in rank order, less than 2^31 together. False on
  /// every rank, with the reason, when they are too many or there is not enough memory for them.
  bool GatherAll(const std::vector<std::int64_t>& mine, std::vector<std::vector<std::int64_t>>& all,
    std::string& error) const;

  /// Gives rank `root` the bytes of every rank, less than 2 GiB together; the others get none. One
  /// rank alone hands its bytes over. False on every rank, with the reason, when there is not
  /// enough memory for them.
  bool GatherBytes(
    std::vector<unsigned char>& mine, int root, GatheredBytes& all, std::string& error) const;

  /// Gives the other ranks what the first one has; all of them an object of the same class. False
  /// on every rank, with the reason, when one cannot send or take it.
  bool Broadcast(vtkDataObject* data, std::string& error) const;

private:
  vtkMultiProcessController* Controller = nullptr; // null on one rank
  int Count = 1;
  int Index = 0;
};

}

#endif
