// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file MapRun.h
 * One execution of a filter that makes statistics of a map: what it works on, its steps over all
 * ranks, and sums over the owned voxels.
 */
#ifndef MapRun_h
#define MapRun_h

#include "ArrayValues.h"
#include "ImagePieces.h"
#include "InputError.h"
#include "MapStatistics.h"
#include "Parallel.h"
#include "Ranks.h"

#include <vtkSmartPointer.h>
#include <vtkType.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

class vtkAlgorithm;
class vtkDataArray;
class vtkDataObject;
class vtkImageData;
class vtkInformation;
class vtkTable;

namespace paraxanes
{

/// " (eV)": the unit of an array's values for the name of a column: from field data `<name>_unit`,
/// eV for energies, empty where nothing says. `power` -1: of their inverse.
std::string UnitInBrackets(vtkDataObject* data, const std::string& array, int power = 1);

/// Columns that are filled side by side; a table takes only columns of equal length.
class TableColumns
{
public:
  void Add(const std::string& name, const std::vector<double>& values);
  void Add(const std::string& name, const std::vector<std::int64_t>& values);
  void MoveTo(vtkTable* table) const;

private:
  std::vector<vtkSmartPointer<vtkDataArray>> Arrays;
};

/// Calls row(index in `box` of the row's first voxel, voxels) for the rows of `part`.
template <typename Row>
void ForRows(const Extent& box, const Extent& part, Row row)
{
  for (int z = part[4]; z <= part[5] && !IsEmpty(part); ++z)
  {
    for (int y = part[2]; y <= part[3]; ++y)
    {
      row(VoxelIndex(box, part[0], y, z), part[1] - part[0] + 1);
    }
  }
}

/// The voxels of an image that is a part of `whole`; all are owned until that is found out.
VoxelGrid GridOf(vtkImageData* image, const Extent& whole);

/// A point array of one component; `where` names the image.
vtkDataArray* RequiredArray(
  vtkImageData* image, const std::string& name, const char* property, const char* where);
/// Labels are integers.
void CheckLabels(vtkDataArray* labels, const char* property);

class MapRun
{
public:
  MapRun(vtkAlgorithm* self, vtkInformation* inInfo);
  virtual ~MapRun() = default;

  /// All of RequestData, and what it returns: 1 after a stop, too.
  int Request();

protected:
  /// False: failed, which is told, or stopped.
  virtual bool Execute() = 0;
  /// Empties the outputs.
  virtual void Clear() = 0;

  /// Tells an error, if there is one here: RequestData fails. Always false.
  bool Fail(const std::string& error);
  /// Does something that talks to no other rank; what fails on one rank fails on all, and is told.
  bool Step(const std::function<void()>& body);
  /// Likewise body(i) for i from 0 to number - 1, until one says no: then the user stopped it.
  /// After each of `parts`, the same on all ranks, they hear of each other, and wait.
  bool Steps(
    std::int64_t number, std::int64_t parts, const std::function<bool(std::int64_t)>& body);
  /// Tells progress; false when the user stopped this rank. Not collective.
  bool Heard(double fraction);
  /// False on all ranks when the user stopped one.
  bool Progress(double fraction);
  /// Steps of body(first row, last row) for slabs of the image.
  bool ForSlabs(
    double from, double to, const std::function<void(std::int64_t, std::int64_t)>& body);

  /// Every point of the image has one owner, or else sums are wrong. Collective; told once.
  bool FindOwned();

  /// The codes of the array `validity`, where there is one.
  void FindValidity();
  /// The map (one component) that is chosen as input array `index`, and validity. For ranks with
  /// voxels.
  void FindMap(int index, const char* defaultName, const char* property);
  /// A point array of one component, null when the choice is empty.
  vtkDataArray* OptionalArray(int index, const char* property) const;
  /// Its integers; 0 where a number is no label.
  std::vector<std::int32_t> LabelsOf(vtkDataArray* array, const char* property) const;
  /// 1 where a mask is inside: neither 0 nor NaN; else 0.
  template <typename Label>
  static std::vector<Label> InsideOf(vtkDataArray* mask)
  {
    return Transformed<Label>(
      mask, [](auto value) -> Label { return value == value && value != 0 ? 1 : 0; });
  }

  /// Calls body(i) for i = 0 .. items - 1, in parallel.
  template <typename Body>
  static void ForItems(std::int64_t items, Body body)
  {
    ParallelFor(0, items, 65536,
      [&](std::int64_t first, std::int64_t last)
      {
        for (std::int64_t i = first; i < last; ++i)
        {
          body(i);
        }
      });
  }

  /// The box of all ranks; on one rank what came: the input may be a part of what its source has.
  Extent Whole() const;
  std::array<int, 3> WholeSize() const;

  /// Gives every rank label(i) of every voxel of the whole image; less than 2 GiB. `i` is the index
  /// of a voxel of this rank, Label a plain number. Collective.
  template <typename Label, typename Of>
  bool GatherWhole(std::vector<Label>& whole, Of label)
  {
    const auto pack = [=](vtkIdType first, int count, unsigned char* to)
    {
      for (int x = 0; x < count; ++x, to += sizeof(Label))
      {
        const Label value = label(first + x);
        std::memcpy(to, &value, sizeof(Label));
      }
    };
    const auto allocate = [&]
    { whole.assign(static_cast<std::size_t>(NumberOfVoxels(this->Whole())), 0); };
    return this->Step(allocate) && this->GatherRows(sizeof(Label), pack, whole.data());
  }

  bool HasVoxels() const;
  /// The voxels whose value counts: finite, and with validity 0 where there is such an array.
  bool Counts(std::int64_t i, double value) const
  {
    return std::isfinite(value) && (!this->Validity || this->Validity[i] == 0);
  }

  /// Calls body(part, i, group, value) for the owned voxels that count and whose group(i) is not
  /// negative. `group` is the same for a voxel at any time.
  template <typename Sum, typename Group, typename Body>
  bool AddUp(double from, double to, std::vector<Sum>& sums, Group group, Body body)
  {
    return this->ForSlabs(from, to,
      [&](std::int64_t first, std::int64_t last)
      {
        this->Map.With(
          [&](const auto* values)
          {
            AddOwned(this->Grid, first, last, sums,
              [&](std::vector<Sum>& part, std::int64_t i)
              {
                const auto value = static_cast<double>(values[i]);
                const int found = this->Counts(i, value) ? group(i) : -1;
                if (found >= 0)
                {
                  body(part, i, static_cast<std::size_t>(found), value);
                }
              });
          });
      });
  }

  /// Number and range, mean and spread of the groups, over all ranks. Collective.
  template <typename Group>
  bool FindMoments(double from, double to, std::size_t groups, Group group)
  {
    const double third = (to - from) / 3.0;
    std::vector<MomentScale> scales;
    std::vector<FixedPointSum> sums;
    std::vector<FixedPointSum> squares;
    const auto allocate = [&]
    {
      this->Ranges.assign(groups, {});
      this->Means.assign(groups, {});
      scales.reserve(groups);
      sums.resize(groups);
      squares.resize(groups);
    };
    if (!this->Step(allocate))
    {
      return false;
    }
    const auto range = [](auto& part, std::int64_t, std::size_t g, double value)
    { part[g].Add(value); };
    if (!this->AddUp(from, from + third, this->Ranges, group, range))
    {
      return false;
    }
    this->ReduceRanges();

    for (const ValueRange& range : this->Ranges)
    {
      scales.emplace_back(range);
    }
    const auto add = [&](auto& part, std::int64_t, std::size_t g, double value)
    { part[g].Add(scales[g].ForMean(value)); };
    if (!this->AddUp(from + third, to - third, sums, group, add))
    {
      return false;
    }
    this->ReduceSums(sums);
    for (std::size_t g = 0; g < groups; ++g)
    {
      this->Means[g].Count = this->Ranges[g].Count;
      this->Means[g].Mean = scales[g].Mean(sums[g], this->Ranges[g].Count);
    }

    const auto addSquare = [&](auto& part, std::int64_t, std::size_t g, double value)
    { part[g].Add(scales[g].ForSpread(value, this->Means[g].Mean)); };
    if (!this->AddUp(to - third, to, squares, group, addSquare))
    {
      return false;
    }
    this->ReduceSums(squares);
    for (std::size_t g = 0; g < groups; ++g)
    {
      this->Means[g].StandardDeviation =
        scales[g].StandardDeviation(squares[g], this->Means[g].Count);
    }
    return true;
  }

  ValueRange RangeOfAll() const;
  /// Sums over all ranks. Collective; takes no memory.
  void ReduceCounts(std::vector<std::int64_t>& counts) const;

  vtkAlgorithm* Self;
  Ranks Together;
  PieceRequest Piece;
  vtkImageData* Input;
  VoxelGrid Grid;
  const std::uint8_t* Validity = nullptr; ///< null: all are valid
  TypedValues Map;                        ///< none on a rank without voxels
  std::string MapName;                    ///< empty on a rank without voxels
  std::vector<ValueRange> Ranges;         ///< by group, over all ranks
  std::vector<Moments> Means;             ///< by group, over all ranks

private:
  // of(value) of each value.
  template <typename To, typename Of>
  static std::vector<To> Transformed(vtkDataArray* array, Of of)
  {
    std::vector<To> out(static_cast<std::size_t>(array->GetNumberOfValues()));
    To* to = out.data();
    TypedValues(array).With([=](const auto* values)
      { ForItems(array->GetNumberOfValues(), [=](std::int64_t i) { to[i] = of(values[i]); }); });
    return out;
  }

  using PackRow = std::function<void(vtkIdType first, int count, unsigned char* to)>;
  bool GatherRows(std::size_t voxelBytes, const PackRow& pack, void* whole);
  void ReduceRanges();
  void ReduceSums(std::vector<FixedPointSum>& sums) const;

  vtkSmartPointer<vtkDataArray> Codes; // keeps Validity
  bool HasFailed = false;              // rather than stopped
  std::int64_t PartsOfPass = 1;        // of all ranks
};

}

#endif
