// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackDescription.h"

#include "EnergyTable.h"
#include "JoinedFile.h"
#include "JsonText.h"
#include "Texts.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <system_error>

namespace paraxanes
{
namespace
{

namespace fs = std::filesystem;
using Files = std::vector<std::shared_ptr<const StackFile>>;

const char* const OwnExtension = ".txmstack";

// The files that a description names; each is described once.
class FileList
{
public:
  explicit FileList(const std::string& description)
    : Description(description)
    , Folder(fs::path(description).parent_path())
  {
  }

  std::size_t Add(const std::string& name)
  {
    const std::string path = (this->Folder / name).lexically_normal().string();
    const auto known = this->Numbers.emplace(path, this->Requests.size());
    if (known.second)
    {
      this->Requests.push_back({ path, {} });
    }
    return known.first->second;
  }

  FormatOptions& Options(std::size_t number) { return this->Requests[number].Options; }

  void Describe(FileCache& cache)
  {
    std::string first;
    std::size_t missing = 0;
    for (const FileRequest& request : this->Requests)
    {
      std::error_code error;
      if (!fs::exists(request.Path, error))
      {
        first = missing++ == 0 ? request.Path : first;
      }
    }
    if (missing > 0)
    {
      throw FormatError(this->Description + " names " + std::to_string(this->Requests.size()) +
        " files, and " + std::to_string(missing) + " of them cannot be found, such as " + first +
        ". Names are relative to the folder of the description.");
    }
    this->Described = cache.Describe(this->Requests);
  }

  // The files of these numbers as one.
  std::shared_ptr<const StackFile> Get(const std::vector<std::size_t>& numbers)
  {
    std::shared_ptr<const StackFile>& file = this->Joined[numbers];
    if (!file)
    {
      Files files;
      for (const std::size_t number : numbers)
      {
        files.push_back(this->Described[number]);
      }
      file = JoinFiles(files);
    }
    return file;
  }

private:
  const std::string& Description;
  const fs::path Folder;
  std::vector<FileRequest> Requests;
  std::map<std::string, std::size_t> Numbers;
  Files Described;
  std::map<std::vector<std::size_t>, std::shared_ptr<const StackFile>> Joined;
};

// As they stand in the text, before the files are looked at.
struct ImageEntry
{
  JsonNode Place;
  std::vector<std::size_t> Files;
  std::optional<int> Image;
  std::optional<double> ExposureTime;
};

const std::vector<std::string> TypeNames = { "uint8", "int8", "uint16", "int16", "uint32", "int32",
  "uint64", "int64", "float32", "float64" };

// A name, or "file": one name, or "files": names of files that follow one another.
std::vector<std::size_t> ParseNames(const JsonNode& node, FileList& files)
{
  if (node.IsText())
  {
    return { files.Add(node.Text()) };
  }
  if (node.Has("file") == node.Has("files"))
  {
    node.Fail("either \"file\" or \"files\" is expected.");
  }
  if (node.Has("file"))
  {
    return { files.Add(node.Get("file").Text()) };
  }
  std::vector<std::size_t> numbers;
  for (const JsonNode& name : node.Get("files").List())
  {
    numbers.push_back(files.Add(name.Text()));
  }
  if (numbers.empty())
  {
    node.Get("files").Fail("the list is empty.");
  }
  return numbers;
}

RawLayout ParseRaw(const JsonNode& node)
{
  RawLayout raw;
  raw.Type = TypeNames[node.Get("type").Word(TypeNames)];
  raw.BigEndian = node.Has("byte_order") && node.Get("byte_order").Word({ "little", "big" }) == 1;
  raw.Columns = node.Get("columns").Int(1);
  raw.Rows = node.Get("rows").Int(1);
  raw.Images = node.Has("images") ? node.Get("images").Int(1) : 0;
  raw.Offset = node.Has("offset") ? static_cast<std::uint64_t>(node.Get("offset").Integer(
                                      0, std::numeric_limits<std::int64_t>::max()))
                                  : 0;
  return raw;
}

// A file with what has to be said about it.
std::vector<std::size_t> ParseFile(const JsonNode& node, FileList& files)
{
  if (node.IsText())
  {
    return ParseNames(node, files);
  }
  const std::vector<std::string> rawKeys = { "type", "byte_order", "offset", "columns", "rows",
    "images" };
  std::vector<std::string> keys = { "file", "files", "format", "data_path", "energy_path",
    "axis_order" };
  keys.insert(keys.end(), rawKeys.begin(), rawKeys.end());
  node.CheckKeys(keys);
  FormatOptions options;
  if (node.Has("format"))
  {
    node.Get("format").Word({ "raw" });
    options.Raw = ParseRaw(node);
  }
  const auto text = [&](const char* key)
  { return node.Has(key) ? node.Get(key).Text() : std::string(); };
  options.DataPath = text("data_path");
  options.EnergyPath = text("energy_path");
  options.AxisOrder = text("axis_order");
  for (const std::string& key : rawKeys)
  {
    if (!options.Raw && node.Has(key.c_str()))
    {
      node.Fail("\"" + key + "\" is for files of \"format\": \"raw\" only.");
    }
  }
  const std::vector<std::size_t> numbers = ParseNames(node, files);
  for (const std::size_t number : numbers)
  {
    files.Options(number) = options;
  }
  return numbers;
}

std::vector<ImageEntry> ParseImages(const JsonNode& list, FileList& files)
{
  std::vector<ImageEntry> entries;
  for (const JsonNode& node : list.List())
  {
    if (!node.IsText())
    {
      node.CheckKeys({ "file", "files", "image", "exposure_time" });
    }
    ImageEntry entry = { node, ParseNames(node, files), {}, {} };
    if (!node.IsText() && node.Has("image"))
    {
      entry.Image = node.Get("image").Int(0);
    }
    if (!node.IsText() && node.Has("exposure_time"))
    {
      entry.ExposureTime = node.Get("exposure_time").NotNegative("seconds, 0: not known");
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

// What an image is used for. References and darks may be any images of a file, the sample only
// those that are neither.
enum class Use
{
  Sample,
  Light
};

// An image of the entry's file, from which `slices` images are used.
StackImage ImageOfEntry(const ImageEntry& entry, FileList& files, Use use, int number, int slices)
{
  const auto file = files.Get(entry.Files);
  const FileContents& contents = file->Contents();
  const std::int64_t others = std::int64_t{ contents.References } + contents.Darks;
  const std::int64_t all = contents.Images + (use == Use::Sample ? 0 : others);
  if (number + std::int64_t{ slices } > all)
  {
    entry.Place.Fail("image " + std::to_string(number) +
      (slices > 1 ? " and the slices after it, " + std::to_string(slices) + " in all," : "") +
      " are expected, and " + file->Path() + " has " + std::to_string(all) +
      (use == Use::Sample && others > 0 ? " images of the sample" : " images") +
      " (the first is image 0).");
  }
  StackImage image = ImageOf(file, number);
  image.ExposureTime = entry.ExposureTime.value_or(image.ExposureTime);
  return image;
}

// References or darks: the image that is named, or all of the file.
std::vector<StackImage> ImagesOfEntries(const std::vector<ImageEntry>& entries, FileList& files)
{
  std::vector<StackImage> images;
  for (const ImageEntry& entry : entries)
  {
    const int first = entry.Image.value_or(0);
    const int last = entry.Image ? first : files.Get(entry.Files)->Contents().Images - 1;
    for (int number = first; number <= last; ++number)
    {
      images.push_back(ImageOfEntry(entry, files, Use::Light, number, 1));
    }
  }
  return images;
}

// What the keys of a frame, or of the whole stack, say about the light. The intensity of the light
// stands instead of references: then there are none.
struct LightEntries
{
  std::optional<std::vector<ImageEntry>> References;
  std::optional<std::vector<ImageEntry>> Darks;
};

LightEntries ParseLight(const JsonNode& node, FileList& files)
{
  LightEntries light;
  if (node.Has("references"))
  {
    light.References = ParseImages(node.Get("references"), files);
  }
  if (node.Has("darks"))
  {
    light.Darks = ParseImages(node.Get("darks"), files);
  }
  if (node.Has("i0"))
  {
    if (light.References && !light.References->empty())
    {
      node.Get("i0").Fail("either \"i0\" or \"references\" is expected, not both.");
    }
    light.References.emplace();
  }
  return light;
}

void SetLight(Frame& frame, const LightEntries& light, FileList& files)
{
  if (light.References)
  {
    frame.References = ImagesOfEntries(*light.References, files);
  }
  if (light.Darks)
  {
    frame.Darks = ImagesOfEntries(*light.Darks, files);
  }
}

struct FrameEntry
{
  JsonNode Place;
  double Energy;
  std::vector<ImageEntry> Images;
  LightEntries Light;
};

FrameEntry ParseFrame(const JsonNode& node, FileList& files)
{
  node.CheckKeys({ "energy", "images", "references", "darks", "i0", "pixel_size", "shift" });
  FrameEntry frame = { node, node.Get("energy").Positive("eV"),
    ParseImages(node.Get("images"), files), ParseLight(node, files) };
  if (frame.Images.empty())
  {
    node.Get("images").Fail("the list is empty.");
  }
  return frame;
}

void SetNumbers(Frame& frame, const JsonNode& node)
{
  if (node.Has("i0"))
  {
    frame.Incident = node.Get("i0").Positive("the incident intensity");
  }
  if (node.Has("pixel_size"))
  {
    frame.PixelSize = node.Get("pixel_size").NotNegative("micrometres, 0: that of the stack");
  }
  if (node.Has("shift"))
  {
    const std::vector<JsonNode> shift = node.Get("shift").List(3);
    std::transform(shift.begin(), shift.end(), frame.Shift.begin(),
      [](const JsonNode& n) { return n.Number(); });
  }
}

FrameList MakeFrames(
  const std::vector<FrameEntry>& entries, FileList& files, std::optional<int> slices)
{
  const bool numbered = std::any_of(entries.begin(), entries.end(),
    [](const FrameEntry& frame)
    {
      return std::any_of(frame.Images.begin(), frame.Images.end(),
        [](const ImageEntry& image) { return image.Image.has_value(); });
    });
  FrameList list;
  for (const FrameEntry& entry : entries)
  {
    const ImageEntry& first = entry.Images.front();
    const auto file = files.Get(first.Files);
    const int count = slices.value_or(numbered ? 1 : file->Contents().Images);
    std::vector<StackImage> images;
    for (const ImageEntry& image : entry.Images)
    {
      images.push_back(ImageOfEntry(image, files, Use::Sample, image.Image.value_or(0), count));
    }
    list.Add(entry.Energy, file, images.front().Number, count);
    Frame& frame = list.Frames.back();
    frame.Images = std::move(images);
    SetLight(frame, entry.Light, files);
    SetNumbers(frame, entry.Place);
  }
  return list;
}

// One energy for each file, or for each volume of a single one; or those of the files themselves.
FrameList MakeFrames(const std::vector<std::vector<std::size_t>>& entries, FileList& files,
  const std::vector<double>& energies, const std::string& origin, std::optional<int> slices)
{
  Files volumes;
  for (const std::vector<std::size_t>& entry : entries)
  {
    volumes.push_back(files.Get(entry));
  }
  if (energies.empty())
  {
    return FramesOfFiles(volumes);
  }
  const auto& alone = volumes.front();
  const bool cut = slices && volumes.size() == 1 &&
    alone->Contents().Images == *slices * static_cast<std::int64_t>(energies.size());
  if (!cut)
  {
    return FramesOfEnergies(volumes, energies, origin);
  }
  FrameList list;
  for (std::size_t k = 0; k < energies.size(); ++k)
  {
    list.Add(energies[k], alone, static_cast<int>(k) * *slices, *slices);
  }
  return list;
}

void SetText(Series& series, const char* key, const std::string& text)
{
  const auto found = std::find_if(
    series.Texts.begin(), series.Texts.end(), [key](const auto& one) { return one.first == key; });
  if (found == series.Texts.end())
  {
    series.Texts.emplace_back(key, text);
  }
  else
  {
    found->second = text;
  }
}

// What the description says about the stack as a whole.
void SetDefaults(Series& series, const JsonNode& root)
{
  const bool light = std::any_of(series.Frames.begin(), series.Frames.end(),
    [](const Frame& frame) { return frame.Incident > 0.0; });
  if (root.Has("values"))
  {
    const std::vector<std::string> names(
      std::begin(DescribedValues) + 1, std::end(DescribedValues));
    series.Values = static_cast<ValueKind>(root.Get("values").Word(names) + 1);
  }
  else if (light || root.Has("references"))
  {
    series.Values = ValueKind::Counts;
  }
  if (root.Has("pixel_size"))
  {
    // Another size than that of the files is as the PixelSize of the reader (StackGrid.h).
    const double size = root.Get("pixel_size").Positive("micrometres");
    if (size != series.PixelSize)
    {
      series.PixelHeight =
        series.PixelSize > 0.0 ? size * (series.PixelHeight / series.PixelSize) : 0.0;
      series.Origin = { 0.0, 0.0, 0.0 };
    }
    series.PixelSize = size;
  }
  series.SliceSpacing = root.Has("slice_spacing")
    ? root.Get("slice_spacing").Positive("micrometres")
    : series.SliceSpacing;
  for (const char* key : { "element", "edge" })
  {
    if (root.Has(key))
    {
      SetText(series, key, root.Get(key).Text());
    }
  }
  const int sizes[3] = { series.Columns, series.Rows, series.Slices };
  if (root.Has("voi"))
  {
    const std::vector<JsonNode> voi = root.Get("voi").List(6);
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      const int last = sizes[axis] - 1;
      series.VOI[2 * axis] = static_cast<int>(voi[2 * axis].Integer(0, last));
      series.VOI[2 * axis + 1] =
        static_cast<int>(voi[2 * axis + 1].Integer(series.VOI[2 * axis], last));
    }
  }
  if (root.Has("stride"))
  {
    const std::vector<JsonNode> stride = root.Get("stride").List(3);
    std::transform(stride.begin(), stride.end(), series.Stride.begin(),
      [](const JsonNode& n) { return n.Int(1); });
  }
}

std::vector<double> ParseEnergies(const JsonNode& node)
{
  std::vector<double> energies;
  for (const JsonNode& energy : node.List())
  {
    energies.push_back(energy.Positive("eV"));
  }
  if (energies.empty())
  {
    node.Fail("the list is empty.");
  }
  return energies;
}

// One number for all frames, or one for each.
std::vector<double> ParseIncident(const JsonNode& node, std::size_t frames)
{
  if (!node.IsList())
  {
    return std::vector<double>(frames, node.Positive("the incident intensity"));
  }
  std::vector<double> incident;
  for (const JsonNode& value : node.List(frames))
  {
    incident.push_back(value.Positive("the incident intensity"));
  }
  return incident;
}

}

bool IsStackDescription(const std::string& path)
{
  return fs::path(path).extension() == OwnExtension;
}

Series ReadStackDescription(const StackRequest& request, FileCache& cache)
{
  const std::string& path = request.Files.front();
  const nlohmann::json text = ParseJson(path);
  const JsonNode root(text, path, "");
  root.CheckKeys(
    { "txmstack", "comment", "values", "element", "edge", "pixel_size", "slice_spacing", "slices",
      "voi", "stride", "files", "energies", "i0", "references", "darks", "frames" });
  if (root.Get("txmstack").Int(1) != DescriptionVersion)
  {
    root.Get("txmstack").Expect("version " + std::to_string(DescriptionVersion));
  }
  if (root.Has("comment"))
  {
    root.Get("comment").Text();
  }
  const std::optional<int> slices =
    root.Has("slices") ? std::optional<int>(root.Get("slices").Int(1)) : std::nullopt;

  // The text, before any file is opened.
  FileList files(path);
  std::vector<std::vector<std::size_t>> volumes;
  if (root.Has("files"))
  {
    for (const JsonNode& node : root.Get("files").List())
    {
      volumes.push_back(ParseFile(node, files));
    }
  }
  std::vector<double> energies;
  std::vector<FrameEntry> frames;
  std::string origin = path;
  if (root.Has("frames"))
  {
    for (const char* key : { "energies", "i0" })
    {
      if (root.Has(key))
      {
        root.Get(key).Fail("it stands in each of the \"frames\" where these are given.");
      }
    }
    for (const JsonNode& node : root.Get("frames").List())
    {
      frames.push_back(ParseFrame(node, files));
    }
  }
  else if (root.Has("energies"))
  {
    energies = ParseEnergies(root.Get("energies"));
  }
  if (frames.empty() && (root.Has("frames") || volumes.empty()))
  {
    root.Fail("a list of \"files\" (with \"energies\"), or of \"frames\", that is not empty is "
              "expected.");
  }
  if (!request.EnergiesFile.empty())
  {
    if (!frames.empty() || !energies.empty())
    {
      throw FormatError(path + " has energies, and so has the EnergiesFile " +
        request.EnergiesFile + "; one of them is expected.");
    }
    for (const EnergyEntry& entry : ReadEnergyList(request.EnergiesFile))
    {
      energies.push_back(entry.Energy);
    }
    origin = request.EnergiesFile;
  }
  const LightEntries light = ParseLight(root, files);

  files.Describe(cache);
  FrameList list = frames.empty() ? MakeFrames(volumes, files, energies, origin, slices)
                                  : MakeFrames(frames, files, slices);
  const std::vector<double> incident =
    root.Has("i0") ? ParseIncident(root.Get("i0"), list.Frames.size()) : std::vector<double>();
  for (std::size_t k = 0; k < list.Frames.size(); ++k)
  {
    if (slices && list.Slices[k] != *slices)
    {
      root.Get("slices").Fail(std::to_string(*slices) + " slices are expected, and " +
        list.Frames[k].File().Path() + " has " + std::to_string(list.Slices[k]) + " at " +
        Text(list.Frames[k].Energy) + " eV.");
    }
    if (!incident.empty())
    {
      list.Frames[k].Incident = incident[k];
    }
    const bool own = !frames.empty() && frames[k].Light.References;
    const bool ownDarks = !frames.empty() && frames[k].Light.Darks;
    SetLight(list.Frames[k],
      { own ? std::nullopt : light.References, ownDarks ? std::nullopt : light.Darks }, files);
  }
  // Names of files are in any order; frames and energies are not.
  const bool ordered = !frames.empty() || !energies.empty();
  Series series = StackOfFrames(std::move(list), ordered ? origin : std::string());
  SetDefaults(series, root);
  series.Descriptions = { path };
  return series;
}

}
