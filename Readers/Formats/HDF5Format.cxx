// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "HDF5Format.h"

#include "FileBytes.h"
#include "HDF5Images.h"
#include "HDF5Layouts.h"

#include <algorithm>
#include <cstring>

namespace paraxanes
{
namespace
{

// Where the images of one kind are.
struct Place
{
  std::string Path; // empty: nowhere
  std::string Axes;
  int Images = 0;
  std::size_t Descriptors = 0; // that stay open to read it
};

struct Places
{
  Place Data;
  Place References;
  Place Darks;
};

class HDF5Reader : public PixelReader
{
public:
  HDF5Reader(const std::string& path, const Places& places)
  {
    const HDF5Lock lock;
    const HDF5File file(path);
    std::vector<Part> parts; // is closed under the lock, should one of them fail
    for (const Place* place : { &places.Data, &places.References, &places.Darks })
    {
      if (place->Images > 0)
      {
        parts.push_back(
          { place->Images, std::make_unique<HDF5Images>(file, place->Path, place->Axes) });
      }
    }
    this->Parts = std::move(parts);
  }

  ~HDF5Reader() override
  {
    const HDF5Lock lock;
    this->Parts.clear();
  }

  void Read(int image, const Region& region, float* out) const override
  {
    this->ReadImages({ image, 1, 1, 1, 1 }, region, out, 0);
  }

  // All of a grid are of one kind.
  void ReadImages(
    const ImageGrid& images, const Region& region, float* out, std::int64_t stride) const override
  {
    ImageGrid grid = images;
    for (const Part& part : this->Parts)
    {
      if (grid.First < part.Images)
      {
        part.Set->Read(grid, region, out, stride);
        return;
      }
      grid.First -= part.Images;
    }
  }

private:
  struct Part
  {
    int Images;
    std::unique_ptr<HDF5Images> Set;
  };
  std::vector<Part> Parts;
};

class HDF5StackFile : public StackFile
{
public:
  HDF5StackFile(
    std::string path, FileContents contents, const FormatOptions& options, Places places)
    : StackFile(std::move(path), std::move(contents), options)
    , Where(std::move(places))
  {
  }

  std::unique_ptr<PixelReader> Open() const override
  {
    return std::make_unique<HDF5Reader>(this->Path(), this->Where);
  }

  std::size_t Descriptors() const override
  {
    return this->Where.Data.Descriptors + this->Where.References.Descriptors +
      this->Where.Darks.Descriptors;
  }

private:
  const Places Where;
};

// Images without the sample: one, several, or one or several for each energy.
std::string AxesOfReferences(const HDF5DataSet& data, const HDF5Layout& layout)
{
  const std::size_t rank = data.Sizes.size();
  const std::size_t energies = layout.Energies.size();
  if (rank == layout.Axes.size() && data.Sizes == layout.Data.Sizes)
  {
    return layout.Axes;
  }
  if (rank == 2)
  {
    return "yx";
  }
  const bool perEnergy = energies > 1 && data.Sizes.front() == energies;
  return rank == 3 ? (perEnergy ? "eyx" : "zyx") : rank == 4 && perEnergy ? "ezyx" : "";
}

// The rows and columns of an image.
std::string SizeOfImage(const FileContents& contents)
{
  return std::to_string(contents.Rows) + " x " + std::to_string(contents.Columns);
}

// Nowhere, and a warning, where there is such a data set that is of no use; an error, where the
// images are to be divided by it.
Place FindReferences(
  const HDF5File& file, const std::string& path, const HDF5Layout& layout, FileContents& contents)
{
  const std::optional<HDF5DataSet> data = file.Find(path);
  if (!data)
  {
    return {};
  }
  const bool needed = layout.Values == ValueKind::Counts;
  const std::string wrong = file.Path() + ": " + data->Path + " is " + TextOfSizes(data->Sizes) +
    ", " + SizeOfImage(contents) + " is expected: the size of the images of " + layout.Data.Text() +
    ".";
  const bool empty = std::count(data->Sizes.begin(), data->Sizes.end(), 0u) > 0;
  if (needed && data->IsNumber && (empty || AxesOfReferences(*data, layout).empty()))
  {
    throw FormatError(wrong);
  }
  try
  {
    const std::string axes = AxesOfReferences(*data, layout);
    const HDF5Images images(file, data->Path, axes);
    if (images.Columns() == contents.Columns && images.Rows() == contents.Rows)
    {
      return { data->Path, axes, images.Slices() * images.Energies(), images.Descriptors() };
    }
    if (needed)
    {
      throw FormatError(wrong);
    }
    contents.Warnings.push_back(file.Path() + ": " + data->Text() +
      " is not used, as its images have another size than those of " + layout.Data.Text() + ".");
  }
  catch (const FormatError& error)
  {
    if (needed)
    {
      throw;
    }
    contents.Warnings.push_back(std::string(error.what()) + " It is not used.");
  }
  return {};
}

// Each value as often as an energy has images.
std::vector<double> Repeat(const std::vector<double>& values, int times)
{
  std::vector<double> repeated;
  for (const double value : values)
  {
    repeated.insert(repeated.end(), static_cast<std::size_t>(times), value);
  }
  return repeated;
}

// Of each reference, energy by energy, where there are as many for every energy; else none, as
// each serves all energies.
std::vector<double> EnergiesOfReferences(
  const Place& references, const HDF5Layout& layout, FileContents& contents)
{
  const int energies = static_cast<int>(layout.Energies.size());
  const int perEnergy = energies > 0 ? references.Images / energies : 0;
  const bool each = references.Axes.find('e') != std::string::npos ||
    (energies > 1 && references.Images > 0 && references.Images % energies == 0);
  if (!each && energies > 1 && references.Images > 0)
  {
    const bool one = references.Images == 1;
    contents.Warnings.push_back(references.Path + " holds " + std::to_string(references.Images) +
      (one ? " image" : " images") + " for " + std::to_string(energies) + " energies" +
      (one ? "; it" : ", which is no multiple; their mean") + " is used at every energy.");
  }
  return each ? Repeat(layout.Energies, perEnergy) : std::vector<double>();
}

void SetPixelSizes(const HDF5Layout& layout, int slices, FileContents& contents)
{
  if (layout.PixelSizes.empty())
  {
    return;
  }
  contents.PixelSize = layout.PixelSizes.front();
  contents.PixelHeight = layout.PixelHeight;
  if (layout.PixelSizes.size() > 1 && layout.PixelSizes.size() == layout.Energies.size())
  {
    contents.ImagePixelSizes = Repeat(layout.PixelSizes, slices);
  }
}

void SetGrid(const HDF5Layout& layout, FileContents& contents)
{
  if (layout.Spacing.size() == 3)
  {
    contents.PixelSize = layout.Spacing[0];
    contents.PixelHeight = layout.Spacing[1];
    contents.SliceSpacing = layout.Spacing[2];
  }
  if (layout.Origin.size() == 3)
  {
    std::copy_n(layout.Origin.begin(), 3, contents.Origin.begin());
  }
}

// What has to be said to read the file in the same way without the number of energies.
FormatOptions OptionsOf(const HDF5Layout& layout, FormatOptions options)
{
  if (options.Energies > 0 && layout.Energies.empty())
  {
    options.DataPath = layout.Data.Path;
    options.AxisOrder = layout.Axes;
  }
  options.Energies = 0;
  return options;
}

// The name and the field data of a stack that vtkEnergyStackWriter wrote.
void ReadFields(const HDF5File& file, const HDF5Layout& layout, FileContents& contents)
{
  const std::string group = "/process/paraxanes/";
  if (!file.HasGroup("/process/paraxanes"))
  {
    return;
  }
  contents.ArrayName = file.TextOfAttribute(layout.Data.Path, "description").value_or("");
  for (const HDF5DataSet& data : file.DataSets())
  {
    const std::string name = data.Path.substr(std::min(group.size(), data.Path.size()));
    if (data.Path.rfind(group, 0) != 0 || name == "paraxanes_version" ||
      name.rfind("hdf5_", 0) == 0)
    {
      continue;
    }
    if (const std::optional<std::string> text = file.Text(data.Path))
    {
      contents.Texts.emplace_back(name, *text);
    }
    else if (const std::optional<HDF5Numbers> numbers = file.Numbers(data.Path))
    {
      contents.Numbers.emplace_back(name, numbers->Values);
    }
  }
}

}

bool HDF5Format::IsMine(const std::string& path) const
{
  // At the begin, or behind a block of the user's of 512, 1024, ... bytes.
  const FileBytes file(path);
  const std::uint64_t size = file.Size();
  for (std::uint64_t position = 0; position + 8 <= size;
       position = position == 0 ? 512 : 2 * position)
  {
    char begin[8] = {};
    if (file.ReadSome(begin, 8, position) == 8 && std::memcmp(begin, "\211HDF\r\n\032\n", 8) == 0)
    {
      return true;
    }
  }
  return false;
}

std::shared_ptr<const StackFile> HDF5Format::Describe(
  const std::string& path, const FormatOptions& options) const
{
  const HDF5Lock lock;
  const HDF5File file(path);
  const HDF5Layout layout = FindLayout(file, options);
  const HDF5Images images(file, layout.Data.Path, layout.Axes);
  const int slices = images.Slices();

  FileContents contents;
  contents.Columns = images.Columns();
  contents.Rows = images.Rows();
  contents.Images = slices * images.Energies();
  contents.Slices = slices;
  contents.ImageEnergies = Repeat(layout.Energies, slices);
  contents.SliceSpacing = layout.SliceSpacing;
  contents.Values = layout.Values;
  contents.Integers = layout.Data.IsInteger;
  contents.Together = images.Together();
  contents.Warnings = layout.Warnings;
  ReadFields(file, layout, contents);
  contents.Texts.emplace_back("hdf5_layout", layout.Name);
  contents.Texts.emplace_back("hdf5_data", layout.Data.Path);
  SetPixelSizes(layout, slices, contents);
  SetGrid(layout, contents);
  const std::size_t t = layout.Axes.find('t');
  if (t != std::string::npos && layout.Data.Sizes[t] > 1)
  {
    contents.Warnings.push_back(path + ": " + layout.Data.Path + " holds " +
      std::to_string(layout.Data.Sizes[t]) + " times; the first one is read.");
  }

  Places places;
  places.Data = { layout.Data.Path, layout.Axes, contents.Images, images.Descriptors() };
  places.References = FindReferences(file, layout.References, layout, contents);
  places.Darks = FindReferences(file, layout.Darks, layout, contents);
  contents.References = places.References.Images;
  contents.Darks = places.Darks.Images;
  contents.ReferenceEnergies = EnergiesOfReferences(places.References, layout, contents);
  return std::make_shared<HDF5StackFile>(
    path, std::move(contents), OptionsOf(layout, options), std::move(places));
}

std::vector<std::string> HDF5Format::DataSets(const std::string& path)
{
  std::vector<std::string> paths;
  try
  {
    if (!HDF5Format().IsMine(path))
    {
      return paths;
    }
    const HDF5Lock lock;
    const HDF5File file(path);
    for (const HDF5DataSet& data : file.DataSets())
    {
      if (data.IsNumber)
      {
        paths.push_back(data.Path);
      }
    }
  }
  catch (const FormatError&)
  {
    paths.clear();
  }
  return paths;
}

}
