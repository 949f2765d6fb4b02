// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackDescription.h"

#include "EnergyTable.h"
#include "JoinedFile.h"
#include "Texts.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <sstream>
#include <system_error>

namespace paraxanes
{
namespace
{

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Files = std::vector<std::shared_ptr<const StackFile>>;

const char* const Extension = ".txmstack";
constexpr int Version = 1;
constexpr std::uintmax_t LargestText = std::uintmax_t{ 64 } << 20; // bytes
constexpr int DeepestNesting = 8;

const char* const ValueNames[] = { "", "absorbance", "transmission", "counts" }; // of ValueKind

// How many letters have to be put in, taken out or replaced to turn one word into the other.
std::size_t Distance(const std::string& a, const std::string& b)
{
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{ 0 });
  for (std::size_t i = 1; i <= a.size(); ++i)
  {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j)
    {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({ replaced, row[j] + 1, row[j - 1] + 1 });
    }
  }
  return row.back();
}

std::string Shortened(const std::string& text)
{
  return text.size() > 60 ? text.substr(0, 60) + "..." : text;
}

// A value of the text, and the place where it stands: frames[3].images[0].
class Node
{
public:
  Node(const Json& value, const std::string& file, std::string place)
    : Value(value)
    , File(file)
    , Place(std::move(place))
  {
  }

  [[noreturn]] void Fail(const std::string& what) const
  {
    throw FormatError(this->File + (this->Place.empty() ? "" : ", " + this->Place) + ": " + what);
  }

  [[noreturn]] void Expect(const std::string& what) const
  {
    const std::string found =
      this->Value.dump(-1, ' ', true, Json::error_handler_t::replace); // never throws
    this->Fail(Shortened(found) + " is found; " + what + " is expected.");
  }

  bool IsText() const { return this->Value.is_string(); }
  bool IsList() const { return this->Value.is_array(); }

  void CheckKeys(const std::vector<std::string>& known) const
  {
    if (!this->Value.is_object())
    {
      this->Expect("an object, { ... },");
    }
    for (const auto& item : this->Value.items())
    {
      const std::string& key = item.key();
      if (std::find(known.begin(), known.end(), key) == known.end())
      {
        const std::string nearest = *std::min_element(known.begin(), known.end(),
          [&](const auto& a, const auto& b) { return Distance(a, key) < Distance(b, key); });
        this->Fail("there is no key \"" + Shortened(key) + "\" here; the nearest one is \"" +
          nearest + "\".");
      }
    }
  }

  bool Has(const char* key) const { return this->Value.contains(key); }
  Node Get(const char* key) const
  {
    const std::string place = (this->Place.empty() ? "" : this->Place + ".") + key;
    const auto found = this->Value.find(key);
    if (found == this->Value.end())
    {
      this->Fail(std::string("the key \"") + key + "\" is missing.");
    }
    return { *found, this->File, place };
  }

  std::vector<Node> List() const
  {
    if (!this->IsList())
    {
      this->Expect("a list, [ ... ],");
    }
    std::vector<Node> nodes;
    for (std::size_t k = 0; k < this->Value.size(); ++k)
    {
      nodes.emplace_back(this->Value[k], this->File, this->Place + "[" + std::to_string(k) + "]");
    }
    return nodes;
  }

  std::vector<Node> List(std::size_t count) const
  {
    if (!this->IsList() || this->Value.size() != count)
    {
      this->Expect("a list of " + std::to_string(count) + " numbers");
    }
    return this->List();
  }

  std::string Text() const
  {
    if (!this->IsText() || this->Value.get_ref<const std::string&>().empty())
    {
      this->Expect("a text, \"...\",");
    }
    return this->Value.get<std::string>();
  }

  // One of these words; its index.
  std::size_t Word(const std::vector<std::string>& words) const
  {
    const auto found = this->IsText()
      ? std::find(words.begin(), words.end(), this->Value.get_ref<const std::string&>())
      : words.end();
    if (found == words.end())
    {
      std::string list;
      for (const std::string& word : words)
      {
        list += (list.empty() ? "\"" : " or \"") + word + "\"";
      }
      this->Expect(list);
    }
    return static_cast<std::size_t>(found - words.begin());
  }

  double Number() const
  {
    if (!this->Value.is_number() || !std::isfinite(this->Value.get<double>()))
    {
      this->Expect("a number");
    }
    return this->Value.get<double>();
  }

  double Positive(const char* what) const
  {
    if (!this->Value.is_number() || !(this->Number() > 0.0))
    {
      this->Expect(std::string("a positive number (") + what + ")");
    }
    return this->Number();
  }

  double NotNegative(const char* what) const
  {
    if (!this->Value.is_number() || !(this->Number() >= 0.0))
    {
      this->Expect(std::string("a number of at least 0 (") + what + ")");
    }
    return this->Number();
  }

  std::int64_t Integer(std::int64_t least, std::int64_t most) const
  {
    const bool unsignedOne = this->Value.is_number_unsigned();
    const bool fits = this->Value.is_number_integer() &&
      (!unsignedOne || this->Value.get<std::uint64_t>() <= static_cast<std::uint64_t>(most)) &&
      this->Value.get<std::int64_t>() >= least && this->Value.get<std::int64_t>() <= most;
    if (!fits)
    {
      this->Expect("an integer from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return this->Value.get<std::int64_t>();
  }

  int Int(int least) const
  {
    return static_cast<int>(this->Integer(least, std::numeric_limits<int>::max()));
  }

private:
  const Json& Value;
  const std::string& File;
  std::string Place;
};

Json Parse(const std::string& path)
{
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  std::ifstream stream(path, std::ios::binary);
  if (error || !stream)
  {
    throw FormatError(
      path + " cannot be opened" + (error ? ": " + error.message() : std::string()) + ".");
  }
  if (size > LargestText)
  {
    throw FormatError(path + " has " + std::to_string(size) + " bytes; a description has " +
      std::to_string(LargestText) + " at most.");
  }
  // The library takes the last of equal keys; which one was meant?
  std::vector<std::set<std::string>> keys;
  const auto check = [&](int depth, Json::parse_event_t event, Json& value)
  {
    if (depth > DeepestNesting)
    {
      throw FormatError(path + ": lists and objects are nested more than " +
        std::to_string(DeepestNesting) + " times, which no description needs.");
    }
    if (event == Json::parse_event_t::object_start)
    {
      keys.emplace_back();
    }
    else if (event == Json::parse_event_t::object_end)
    {
      keys.pop_back();
    }
    else if (event == Json::parse_event_t::key &&
      !keys.back().insert(value.get<std::string>()).second)
    {
      throw FormatError(path + ": the key \"" + Shortened(value.get<std::string>()) +
        "\" is given twice in one object.");
    }
    return true;
  };
  try
  {
    return Json::parse(stream, check);
  }
  catch (const Json::exception& exception)
  {
    // "[json.exception.parse_error.101] parse error at line 3, column 5: ..."
    const std::string message = exception.what();
    const std::size_t begin = message.find("] ");
    throw FormatError(path + " is no valid JSON: " +
      (begin == std::string::npos ? message : message.substr(begin + 2)) + ".");
  }
}

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
  Node Place;
  std::vector<std::size_t> Files;
  std::optional<int> Image;
  std::optional<double> ExposureTime;
};

const std::vector<std::string> TypeNames = { "uint8", "int8", "uint16", "int16", "uint32", "int32",
  "uint64", "int64", "float32", "float64" };

// A name, or "file": one name, or "files": names of files that follow one another.
std::vector<std::size_t> ParseNames(const Node& node, FileList& files)
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
  for (const Node& name : node.Get("files").List())
  {
    numbers.push_back(files.Add(name.Text()));
  }
  if (numbers.empty())
  {
    node.Get("files").Fail("the list is empty.");
  }
  return numbers;
}

RawLayout ParseRaw(const Node& node)
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
std::vector<std::size_t> ParseFile(const Node& node, FileList& files)
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

std::vector<ImageEntry> ParseImages(const Node& list, FileList& files)
{
  std::vector<ImageEntry> entries;
  for (const Node& node : list.List())
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

LightEntries ParseLight(const Node& node, FileList& files)
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
  Node Place;
  double Energy;
  std::vector<ImageEntry> Images;
  LightEntries Light;
};

FrameEntry ParseFrame(const Node& node, FileList& files)
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

void SetNumbers(Frame& frame, const Node& node)
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
    const std::vector<Node> shift = node.Get("shift").List(3);
    std::transform(
      shift.begin(), shift.end(), frame.Shift.begin(), [](const Node& n) { return n.Number(); });
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
void SetDefaults(Series& series, const Node& root)
{
  const bool light = std::any_of(series.Frames.begin(), series.Frames.end(),
    [](const Frame& frame) { return frame.Incident > 0.0; });
  if (root.Has("values"))
  {
    const std::vector<std::string> names(std::begin(ValueNames) + 1, std::end(ValueNames));
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
    const std::vector<Node> voi = root.Get("voi").List(6);
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
    const std::vector<Node> stride = root.Get("stride").List(3);
    std::transform(
      stride.begin(), stride.end(), series.Stride.begin(), [](const Node& n) { return n.Int(1); });
  }
}

std::vector<double> ParseEnergies(const Node& node)
{
  std::vector<double> energies;
  for (const Node& energy : node.List())
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
std::vector<double> ParseIncident(const Node& node, std::size_t frames)
{
  if (!node.IsList())
  {
    return std::vector<double>(frames, node.Positive("the incident intensity"));
  }
  std::vector<double> incident;
  for (const Node& value : node.List(frames))
  {
    incident.push_back(value.Positive("the incident intensity"));
  }
  return incident;
}

//------------------------------------------------------------------------------------------------
// Writing

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

bool IsStackDescription(const std::string& path)
{
  return fs::path(path).extension() == Extension;
}

Series ReadStackDescription(const StackRequest& request, FileCache& cache)
{
  const std::string& path = request.Files.front();
  const Json text = Parse(path);
  const Node root(text, path, "");
  root.CheckKeys(
    { "txmstack", "comment", "values", "element", "edge", "pixel_size", "slice_spacing", "slices",
      "voi", "stride", "files", "energies", "i0", "references", "darks", "frames" });
  if (root.Get("txmstack").Int(1) != Version)
  {
    root.Get("txmstack").Expect("version " + std::to_string(Version));
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
    for (const Node& node : root.Get("files").List())
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
    for (const Node& node : root.Get("frames").List())
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
    for (const EnergyEntry& entry : ReadEnergyTable(request.EnergiesFile))
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

std::string WriteStackDescription(const Series& series, const std::string& folder)
{
  Output root;
  root["txmstack"] = Version;
  if (series.Values != ValueKind::Unknown)
  {
    root["values"] = ValueNames[static_cast<std::size_t>(series.Values)];
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
