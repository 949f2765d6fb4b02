// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackDescription.h"

#include "JoinedFile.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

namespace paraxanes
{
namespace
{

namespace fs = std::filesystem;
using Output = nlohmann::ordered_json;

std::string RelativePath(const std::string& path, const std::string& folder)
{
  std::error_code error;
  const auto full = [&error](const fs::path& name)
  { return fs::weakly_canonical(fs::absolute(name, error), error).lexically_normal(); };
  const fs::path target = full(path);
  const fs::path base = full(folder.empty() ? "." : folder);
  const auto common = std::mismatch(target.begin(), target.end(), base.begin(), base.end());
  const bool far = std::distance(target.begin(), common.first) < 2; // the root only
  return far ? target.string() : target.lexically_relative(base).string();
}

Output NamesOf(const StackFile& file, const std::string& folder)
{
  const std::vector<std::string> paths = PathsOf(file);
  if (paths.size() == 1)
  {
    return { { "file", RelativePath(paths.front(), folder) } };
  }
  Output names = Output::array();
  for (const std::string& path : paths)
  {
    names.push_back(RelativePath(path, folder));
  }
  return { { "files", names } };
}

Output ImagesOf(const std::vector<StackImage>& images, const std::string& folder)
{
  Output list = Output::array();
  for (const StackImage& image : images)
  {
    Output entry = NamesOf(*image.File, folder);
    entry["image"] = image.Number;
    if (image.ExposureTime != ImageOf(image.File, image.Number).ExposureTime)
    {
      entry["exposure_time"] = image.ExposureTime;
    }
    list.push_back(entry);
  }
  return list;
}

Output FrameOf(const Frame& frame, const std::string& folder)
{
  Output entry;
  entry["energy"] = frame.Energy;
  entry["images"] = ImagesOf(frame.Images, folder);
  // Also an empty list, where the file has some that are not used.
  const FileContents& contents = frame.File().Contents();
  if (!frame.References.empty() || contents.References > 0)
  {
    entry["references"] = ImagesOf(frame.References, folder);
  }
  if (!frame.Darks.empty() || contents.Darks > 0)
  {
    entry["darks"] = ImagesOf(frame.Darks, folder);
  }
  if (frame.Incident > 0.0)
  {
    entry["i0"] = frame.Incident;
  }
  if (frame.PixelSize > 0.0 || !contents.ImagePixelSizes.empty())
  {
    entry["pixel_size"] = frame.PixelSize;
  }
  if (frame.Shift != std::array<double, 3>{ 0.0, 0.0, 0.0 })
  {
    entry["shift"] = frame.Shift;
  }
  return entry;
}

// What has to be said about a file, if anything.
void AddFile(
  const StackFile& file, const std::string& folder, std::set<std::string>& known, Output& files)
{
  for (const auto& part : file.Parts())
  {
    AddFile(*part, folder, known, files);
  }
  const FormatOptions& options = file.Options();
  if (options == FormatOptions() || !known.insert(file.Path()).second)
  {
    return;
  }
  Output entry = { { "file", RelativePath(file.Path(), folder) } };
  const auto add = [&](const char* key, const std::string& text)
  {
    if (!text.empty())
    {
      entry[key] = text;
    }
  };
  add("data_path", options.DataPath);
  add("energy_path", options.EnergyPath);
  add("axis_order", options.AxisOrder);
  if (options.Raw)
  {
    entry["format"] = "raw";
    entry["type"] = options.Raw->Type;
    entry["byte_order"] = options.Raw->BigEndian ? "big" : "little";
    entry["offset"] = options.Raw->Offset;
    entry["columns"] = options.Raw->Columns;
    entry["rows"] = options.Raw->Rows;
    entry["images"] = file.Contents().Images;
  }
  files.push_back(entry);
}

Output FilesOf(const Series& series, const std::string& folder)
{
  Output files = Output::array();
  std::set<std::string> known;
  for (const Frame& frame : series.Frames)
  {
    for (const auto* images : { &frame.Images, &frame.References, &frame.Darks })
    {
      for (const StackImage& image : *images)
      {
        AddFile(*image.File, folder, known, files);
      }
    }
  }
  return files;
}

}

std::string WriteStackDescription(const Series& series, const std::string& folder)
{
  Output root;
  root["txmstack"] = DescriptionVersion;
  if (series.Values != ValueKind::Unknown)
  {
    root["values"] = DescribedValues[static_cast<std::size_t>(series.Values)];
  }
  for (const auto& text : series.Texts)
  {
    if (text.first == "element" || text.first == "edge")
    {
      root[text.first] = text.second;
    }
  }
  if (series.PixelSize > 0.0)
  {
    root["pixel_size"] = series.PixelSize;
  }
  if (series.SliceSpacing > 0.0)
  {
    root["slice_spacing"] = series.SliceSpacing;
  }
  root["slices"] = series.Slices;
  const int sizes[3] = { series.Columns, series.Rows, series.Slices };
  std::array<int, 6> voi = series.VOI;
  bool part = false;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    if (voi[2 * axis + 1] < voi[2 * axis])
    {
      voi[2 * axis] = 0;
      voi[2 * axis + 1] = sizes[axis] - 1;
    }
    part = part || voi[2 * axis] != 0 || voi[2 * axis + 1] != sizes[axis] - 1;
  }
  if (part)
  {
    root["voi"] = voi;
  }
  if (series.Stride != std::array<int, 3>{ 1, 1, 1 })
  {
    root["stride"] = series.Stride;
  }
  const Output files = FilesOf(series, folder);
  if (!files.empty())
  {
    root["files"] = files;
  }
  root["frames"] = Output::array();
  for (const Frame& frame : series.Frames)
  {
    root["frames"].push_back(FrameOf(frame, folder));
  }
  try
  {
    return root.dump(1) + "\n";
  }
  catch (const Output::exception&)
  {
    throw FormatError("The name of a file of the stack is not UTF-8, which a description needs.");
  }
}

}
