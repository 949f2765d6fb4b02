// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file MapRun.h
 * One execution of a filter that makes statistics of a map: what it works on, its steps over all
 * ranks, and sums over the owned voxels.
 */
#ifndef MapRun_h
#define MapRun_h

#include "ImagePieces.h"
#include "MapStatistics.h"
#include "Ranks.h"

#include <vtkSmartPointer.h>
#include <vtkType.h>

#include <cstdint>
#include <functional>
#include <sstream>
#include <stdexcept>
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

/// What is wrong with the input, in words for the user.
struct InputError : std::runtime_error
{
  using std::runtime_error::runtime_error;
};

template <typename... Parts>
std::string TextOf(const Parts&... parts)
{
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

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

class MapRun
{
public:
  MapRun(vtkAlgorithm* self, vtkInformation* inInfo);

protected:
  /// Does something that talks to no other rank; what fails on one rank fails on all, and is told.
  bool Step(const std::function<void()>& body);
  /// False on all ranks when the user stopped one.
  bool Progress(double fraction);
  /// Calls body(first row, last row) for slabs of the image, as many on every rank.
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

  bool HasVoxels() const;
  /// The voxels whose value counts: finite, and with validity 0 where there is such an array.
  bool Counts(std::int64_t i, double value) const
  {
    return std::isfinite(value) && (!this->Validity || this->Validity[i] == 0);
  }

  /// Calls body(pointer) with the values of the map as float or double.
  template <typename Body>
  void WithMap(Body body) const
  {
    if (this->Floats)
    {
      body(this->Floats);
    }
    else if (this->Doubles)
    {
      body(this->Doubles);
    }
  }

  /// Calls body(part, i, group, value) for the owned voxels that count and whose group(i) is not
  /// negative. `group` is the same for a voxel at any time.
  template <typename Sum, typename Group, typename Body>
  bool AddUp(double from, double to, std::vector<Sum>& sums, Group group, Body body)
  {
    return this->ForSlabs(from, to,
      [&](std::int64_t first, std::int64_t last)
      {
        this->WithMap(
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
    this->Ranges.assign(groups, {});
    const auto range = [](auto& part, std::int64_t, std::size_t g, double value)
    { part[g].Add(value); };
    if (!this->AddUp(from, from + third, this->Ranges, group, range))
    {
      return false;
    }
    this->ReduceRanges();

    const ValueRange all = this->RangeOfAll();
    const double width = all.Count > 0 ? all.High - all.Low : 0.0;
    const double scale = FixedPointScale(width, 52);
    std::vector<FixedPointSum> sums(groups);
    const auto add = [&](auto& part, std::int64_t, std::size_t g, double value)
    { part[g].Add((value - all.Low) * scale); };
    if (!this->AddUp(from + third, to - third, sums, group, add))
    {
      return false;
    }
    this->ReduceSums(sums);
    this->Means.assign(groups, {});
    for (std::size_t g = 0; g < groups; ++g)
    {
      const std::int64_t count = this->Ranges[g].Count;
      this->Means[g].Count = count;
      this->Means[g].Mean = all.Low + sums[g].Value() / scale / static_cast<double>(count);
    }

    const double squareScale = FixedPointScale(width * width, 52);
    std::vector<FixedPointSum> squares(groups);
    const auto addSquare = [&](auto& part, std::int64_t, std::size_t g, double value)
    {
      const double deviation = value - this->Means[g].Mean;
      part[g].Add(deviation * deviation * squareScale);
    };
    if (!this->AddUp(to - third, to, squares, group, addSquare))
    {
      return false;
    }
    this->ReduceSums(squares);
    for (std::size_t g = 0; g < groups; ++g)
    {
      const auto free = static_cast<double>(this->Means[g].Count - 1);
      this->Means[g].StandardDeviation =
        free > 0.0 ? std::sqrt(squares[g].Value() / squareScale / free) : std::nan("");
    }
    return true;
  }

  ValueRange RangeOfAll() const;
  void ReduceCounts(std::vector<std::int64_t>& counts) const;

  vtkAlgorithm* Self;
  Ranks Together;
  PieceRequest Piece;
  vtkImageData* Input;
  VoxelGrid Grid;
  const std::uint8_t* Validity = nullptr; ///< null: all are valid
  std::string MapName;                    ///< empty on a rank without voxels
  std::vector<ValueRange> Ranges;         ///< by group, over all ranks
  std::vector<Moments> Means;             ///< by group, over all ranks

private:
  void ReduceRanges();
  void ReduceSums(std::vector<FixedPointSum>& sums) const;

  vtkSmartPointer<vtkDataArray> Map;   // null on a rank without voxels
  vtkSmartPointer<vtkDataArray> Codes; // keeps Validity
  const float* Floats = nullptr;
  const double* Doubles = nullptr;
};

}

#endif
