// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "XRMFormat.h"

#include "CompoundFile.h"
#include "Samples.h"
#include "Texts.h"
#include "Units.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <set>

namespace paraxanes
{
namespace
{

constexpr int LargestSide = 1 << 20;  // pixels
constexpr int MostImages = 1 << 24;   // per file
constexpr std::size_t DateBytes = 40; // of each image
constexpr std::size_t ChunkBytes = 1 << 16;
constexpr double SameAngle = 0.5;   // degrees, between images that are no projections
constexpr double SameEnergy = 0.05; // eV; motors never come to rest at quite the same place
constexpr double SecondsPerDay = 86400.0;
const char* const WidthStream = "ImageInfo/ImageWidth"; // every file with images has it

// Pixels as they are stored: the image itself, or a tile of it.
struct StoredTile
{
  SampleType Type;
  std::vector<ByteRun> Runs;
};

// Tiles of one size, in rows of `Across`; most images are a single one. A reference may be
// repeated: all of its tiles are the same one.
struct TiledImage
{
  int Columns = 0; // of a tile
  int Rows = 0;
  int Across = 1;
  int Down = 1;
  std::vector<std::size_t> Tiles; // numbers of stored tiles
};

struct StoredPixels
{
  std::vector<StoredTile> Tiles;
  std::vector<TiledImage> Images; // of all kinds, in the order of FileContents
};

//------------------------------------------------------------------------------------------------
// Pixels

// First index i >= 0 with start + i * stride >= position.
int FirstIndex(int start, int stride, int position)
{
  return position <= start ? 0 : (position - start + stride - 1) / stride;
}

class XRMReader : public PixelReader
{
public:
  XRMReader(const std::string& path, const StoredPixels& pixels)
    : File(path)
    , Pixels(pixels)
  {
  }

  void Read(int image, const Region& region, float* out) const override
  {
    const TiledImage& tiled = this->Pixels.Images.at(static_cast<std::size_t>(image));
    for (int down = 0; down < tiled.Down; ++down)
    {
      const int y0 = down * tiled.Rows;
      const int firstRow = FirstIndex(region.Y0, region.YStride, y0);
      const int lastRow =
        std::min(region.Rows, FirstIndex(region.Y0, region.YStride, y0 + tiled.Rows));
      for (int across = 0; across < tiled.Across; ++across)
      {
        const int x0 = across * tiled.Columns;
        const int first = FirstIndex(region.X0, region.XStride, x0);
        const int last =
          std::min(region.Columns, FirstIndex(region.X0, region.XStride, x0 + tiled.Columns));
        if (first < last && firstRow < lastRow)
        {
          const Region part = { region.X0 + first * region.XStride - x0, last - first,
            region.XStride, region.Y0 + firstRow * region.YStride - y0, lastRow - firstRow,
            region.YStride };
          const std::size_t tile = static_cast<std::size_t>(down * tiled.Across + across);
          this->ReadTile(this->Pixels.Tiles[tiled.Tiles[tile]], tiled.Columns, part,
            out + static_cast<std::size_t>(firstRow) * region.Columns + first, region.Columns);
        }
      }
    }
  }

private:
  // Row j of the part begins at out[j * pitch].
  void ReadTile(const StoredTile& tile, int width, const Region& part, float* out, int pitch) const
  {
    const bool whole = part.Columns == width && part.YStride == 1 && pitch == width;
    const int rows = whole ? 1 : part.Rows;
    const std::int64_t count = std::int64_t{ part.Columns } * (whole ? part.Rows : 1);
    for (int j = 0; j < rows; ++j)
    {
      const std::uint64_t sample =
        static_cast<std::uint64_t>(part.Y0 + j * part.YStride) * static_cast<std::uint64_t>(width) +
        static_cast<std::uint64_t>(part.X0);
      this->ReadSamples(tile, sample, part.XStride, count, out + std::int64_t{ j } * pitch);
    }
  }

  void ReadSamples(
    const StoredTile& tile, std::uint64_t first, int stride, std::int64_t count, float* out) const
  {
    const auto bytes = static_cast<std::size_t>(tile.Type.Bytes);
    if (tile.Type.IsNativeFloat() && stride == 1)
    {
      ReadStream(
        this->File, tile.Runs, first * bytes, static_cast<std::size_t>(count) * bytes, out);
      return;
    }
    // As much at a time as stays in the cache.
    unsigned char chunk[ChunkBytes];
    const SampleConverter convert = FindConverter(tile.Type);
    const std::size_t step = static_cast<std::size_t>(stride) * bytes;
    const auto most = static_cast<std::int64_t>(std::max<std::size_t>(1, ChunkBytes / step));
    for (std::int64_t i = 0; i < count; i += most)
    {
      const std::int64_t samples = std::min(most, count - i);
      ReadStream(this->File, tile.Runs, first * bytes + static_cast<std::size_t>(i) * step,
        static_cast<std::size_t>(samples - 1) * step + bytes, chunk);
      convert(chunk, static_cast<int>(samples), stride, out + i);
    }
  }

  const FileBytes File;
  const StoredPixels& Pixels;
};

class XRMFile : public StackFile
{
public:
  XRMFile(const std::string& path, FileContents contents, StoredPixels pixels)
    : StackFile(path, std::move(contents))
    , Pixels(std::move(pixels))
  {
  }

  std::unique_ptr<PixelReader> Open() const override
  {
    return std::make_unique<XRMReader>(this->Path(), this->Pixels);
  }

private:
  const StoredPixels Pixels;
};

//------------------------------------------------------------------------------------------------
// Headers

// DataType 2 to 11; 12 is text.
std::optional<SampleType> TypeOfNumber(int number)
{
  static const SampleType types[] = { { SampleKind::Signed, 1 }, { SampleKind::Unsigned, 1 },
    { SampleKind::Signed, 2 }, { SampleKind::Unsigned, 2 }, { SampleKind::Signed, 4 },
    { SampleKind::Unsigned, 4 }, { SampleKind::Signed, 8 }, { SampleKind::Unsigned, 8 },
    { SampleKind::Real, 4 }, { SampleKind::Real, 8 } };
  return number >= 2 && number <= 11 ? std::optional<SampleType>(types[number - 2]) : std::nullopt;
}

// "16-bit unsigned numbers", for messages.
std::string NameOf(const SampleType& type)
{
  return std::to_string(8 * type.Bytes) + "-bit " +
    (type.Kind == SampleKind::Real        ? "real"
        : type.Kind == SampleKind::Signed ? "signed"
                                          : "unsigned") +
    " numbers";
}

int Integer(const CompoundFile& file, const std::string& stream, int otherwise)
{
  const std::vector<std::int32_t> numbers = file.Numbers<std::int32_t>(stream, 1);
  return numbers.empty() ? otherwise : numbers.front();
}

// A number that every file has.
int Required(const CompoundFile& file, const std::string& stream, int most)
{
  const std::vector<std::int32_t> numbers = file.Numbers<std::int32_t>(stream, 1);
  const bool sound = !numbers.empty() && numbers.front() >= 1 && numbers.front() <= most;
  if (!sound)
  {
    throw FormatError(file.Path() + ", stream " + stream + ": " +
      (numbers.empty() ? (file.Has(stream) ? "no number" : "it is missing")
                       : std::to_string(numbers.front())) +
      "; a number from 1 to " + std::to_string(most) + " is expected in an XRM, TXRM or TXM file.");
  }
  return numbers.front();
}

SampleType RequiredType(const CompoundFile& file, const std::string& stream)
{
  const int number = Integer(file, stream, 0);
  const std::optional<SampleType> type = TypeOfNumber(number);
  if (!type)
  {
    throw FormatError(file.Path() + ", stream " + stream + ": the data type of the pixels is " +
      std::to_string(number) + "; 2 to 11 (integers and real numbers) are expected.");
  }
  return *type;
}

// The names that the stream has in different versions.
std::string FirstOf(const CompoundFile& file, const std::vector<std::string>& names)
{
  for (const std::string& name : names)
  {
    if (file.Has(name))
    {
      return name;
    }
  }
  return names.front();
}

bool IsPositive(double number)
{
  return std::isfinite(number) && number > 0.0;
}

std::vector<double> Reals(const CompoundFile& file, const std::string& stream, std::size_t limit)
{
  const std::vector<float> numbers = file.Numbers<float>(stream, limit);
  return std::vector<double>(numbers.begin(), numbers.end());
}

bool AllPositive(const std::vector<double>& numbers, std::size_t count)
{
  return numbers.size() == count && std::all_of(numbers.begin(), numbers.end(), IsPositive);
}

std::string ImageStream(int image)
{
  return "ImageData" + std::to_string(image / 100 + 1) + "/Image" + std::to_string(image + 1);
}

std::string CutOff(const StreamBytes& stream)
{
  return std::to_string(stream.Available) + " of its " + std::to_string(stream.Size) +
    " bytes are there; the file is cut off or damaged";
}

bool IsVolume(const std::string& path)
{
  return Extension(path) == ".txm";
}

// Days from 1970-01-01 in the calendar of today.
double Days(int year, int month, int day)
{
  const int y = month <= 2 ? year - 1 : year;
  const int m = month <= 2 ? month + 9 : month - 3; // from March
  return 365.0 * y + std::floor(y / 4.0) - std::floor(y / 100.0) + std::floor(y / 400.0) +
    std::floor((153.0 * m + 2.0) / 5.0) + day - 1 - 719468.0;
}

// "MM/DD/YY hh:mm:ss", s after 1970.
std::optional<double> TimeOf(const std::string& date)
{
  int month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0;
  const int found = std::sscanf(
    date.c_str(), "%2d/%2d/%4d %2d:%2d:%2d", &month, &day, &year, &hour, &minute, &second);
  const bool sound = found == 6 && month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
    year >= 0 && hour >= 0 && minute >= 0 && second >= 0;
  return sound
    ? std::optional<double>(Days(year < 100 ? year + 2000 : year, month, day) * SecondsPerDay +
        3600.0 * hour + 60.0 * minute + second)
    : std::nullopt;
}

// Empty where one of them is missing or is no date.
std::vector<double> TimesOf(const CompoundFile& file, const std::string& stream, std::size_t count)
{
  const std::string text = file.Bytes(stream, count * DateBytes);
  std::vector<double> times;
  for (std::size_t k = 0; k < text.size() / DateBytes; ++k)
  {
    const std::optional<double> time = TimeOf(text.substr(k * DateBytes, DateBytes));
    if (time)
    {
      times.push_back(*time);
    }
  }
  return times.size() == count ? times : std::vector<double>();
}

// The column of the motor log that is named Energy, one number per image; else empty.
std::vector<double> MotorEnergies(const CompoundFile& file, std::size_t images)
{
  const auto axes =
    static_cast<std::size_t>(std::clamp(Integer(file, "PositionInfo/TotalAxis", 0), 0, 1 << 10));
  const std::string names = axes == 0 ? "" : file.Bytes("PositionInfo/AxisNames", axes * 256);
  const std::size_t width = axes == 0 ? 0 : names.size() / axes;
  const std::vector<float> positions =
    file.Numbers<float>("PositionInfo/MotorPositions", images * axes);
  std::vector<double> energies;
  for (std::size_t axis = 0; axis < axes && positions.size() == images * axes; ++axis)
  {
    const std::string name = names.substr(axis * width, width).c_str(); // to the zero
    if (name == "Energy" || name == "energy")
    {
      for (std::size_t k = 0; k < images; ++k)
      {
        energies.push_back(positions[k * axes + axis]);
      }
      return energies;
    }
  }
  return energies;
}

// eV, and the same for images that differ by no more than the motors' unrest. None where one is
// nothing but rounding.
std::vector<double> Settled(std::vector<double> energies)
{
  // In keV the last bit of a float32 is a milli-electronvolt; eV are taken as they are stored.
  std::transform(energies.begin(), energies.end(), energies.begin(),
    [](double energy)
    { return energy < LargestKiloElectronVolts ? ShortestDecimal(energy) : energy; });
  ToElectronVolts(energies, "");
  for (std::size_t k = 1; k < energies.size(); ++k)
  {
    if (std::abs(energies[k] - energies[k - 1]) <= SameEnergy)
    {
      energies[k] = energies[k - 1];
    }
  }
  return AllPositive(energies, energies.size()) ? energies : std::vector<double>();
}

std::vector<double> Energies(const CompoundFile& file, std::size_t images, bool volume)
{
  const std::vector<double> stored = Reals(file, "ImageInfo/Energy", images);
  if (!volume && AllPositive(stored, images))
  {
    return Settled(stored);
  }
  const std::vector<double> motors = volume ? std::vector<double>() : MotorEnergies(file, images);
  if (!motors.empty() && AllPositive(motors, images))
  {
    return Settled(motors);
  }
  const auto set = std::count_if(stored.begin(), stored.end(), IsPositive);
  const bool first = !stored.empty() && IsPositive(stored.front()) && (set == 1 || volume);
  return first ? Settled(std::vector<double>(images, stored.front())) : std::vector<double>();
}

std::vector<double> ExposureTimes(
  const CompoundFile& file, const std::string& folder, std::size_t count)
{
  const std::string stream = FirstOf(file,
    { folder + "/ExpTimes", folder + "/ExpTime", folder + "/ImageInfo/ExpTimes",
      folder + "/ImageInfo/ExpTime" });
  std::vector<double> times = Reals(file, stream, count);
  if (times.size() == 1 && count > 1)
  {
    times.assign(count, times.front());
  }
  return AllPositive(times, count) ? times : std::vector<double>();
}

// None where the file says that the images have been moved by them. X-Shifts and Y-Shifts are what
// the images have to be moved by, to the right and against the order of the rows.
std::vector<std::array<double, 2>> Shifts(const CompoundFile& file, std::size_t images)
{
  for (const char* what : { "Stage", "Metrology", "Encoder", "Reference", "User" })
  {
    if (Integer(file, std::string("Alignment/") + what + "ShiftsApplied", 0) != 0)
    {
      return {};
    }
  }
  const std::vector<double> x = Reals(file, "Alignment/X-Shifts", images);
  const std::vector<double> y = Reals(file, "Alignment/Y-Shifts", images);
  const auto none = [](double shift) { return shift == 0.0; };
  const auto finite = [](double shift) { return std::isfinite(shift); };
  if (x.size() != images || y.size() != images ||
    (std::all_of(x.begin(), x.end(), none) && std::all_of(y.begin(), y.end(), none)) ||
    !std::all_of(x.begin(), x.end(), finite) || !std::all_of(y.begin(), y.end(), finite))
  {
    return {};
  }
  std::vector<std::array<double, 2>> shifts;
  for (std::size_t k = 0; k < images; ++k)
  {
    shifts.push_back({ -x[k], y[k] });
  }
  return shifts;
}

// Images of the first energy that were taken at different angles.
void WarnOfProjections(const CompoundFile& file, FileContents& contents)
{
  const std::vector<double>& energies = contents.ImageEnergies;
  std::vector<double> angles =
    Reals(file, "ImageInfo/Angles", static_cast<std::size_t>(contents.Images));
  for (std::size_t k = 0; k < std::min(angles.size(), energies.size()); ++k)
  {
    if (energies[k] != energies.front())
    {
      angles.resize(k);
    }
  }
  if (angles.empty())
  {
    return;
  }
  const auto [low, high] = std::minmax_element(angles.begin(), angles.end());
  if (*high - *low > SameAngle)
  {
    contents.Warnings.push_back(ProjectionsAtAngles(angles.size(), angles.front(), angles.back()));
  }
}

// References in a file have no energy of their own.
void WarnOfSharedReferences(FileContents& contents)
{
  const std::set<double> energies(contents.ImageEnergies.begin(), contents.ImageEnergies.end());
  if (contents.References > 0 && energies.size() > 1)
  {
    contents.Warnings.push_back("The references in the file (" +
      std::to_string(contents.References) + ") serve all of its " +
      std::to_string(energies.size()) + " energies, " + Text(*energies.begin(), 6) + " to " +
      Text(*energies.rbegin(), 6) + " eV. For references of each energy give ReferenceFileNames.");
  }
}

//------------------------------------------------------------------------------------------------
// A file

struct Header
{
  int Columns; // as the file has it: of the image, or of a tile of a mosaic
  int Rows;
  SampleType Type;
  int Planned; // images, or tiles
  int Taken;
  int Across = 1; // tiles of a mosaic
  int Down = 1;
};

// Columns and rows of a mosaic; 1 and 1 for other images. Before version 5 the numbers may be left
// over from a mosaic that was taken before.
std::array<int, 2> TilesOf(const CompoundFile& file)
{
  const std::vector<float> version = file.Numbers<float>("Version", 1);
  const bool old = !version.empty() && version.front() < 5.0f;
  if (old && Integer(file, "ImageInfo/MosiacMode", 1) == 0) // sic
  {
    return { 1, 1 };
  }
  return { std::max(Integer(file, "ImageInfo/MosiacColumns", 0), 1),
    std::max(Integer(file, "ImageInfo/MosiacRows", 0), 1) };
}

Header ReadHeader(const CompoundFile& file, bool volume)
{
  if (!file.Has(WidthStream))
  {
    throw FormatError(file.Path() +
      " is a compound file (OLE) without the stream ImageInfo/ImageWidth: it is no XRM, TXRM or "
      "TXM file, or its scan was aborted before the first image.");
  }
  Header header = { Required(file, WidthStream, LargestSide),
    Required(file, "ImageInfo/ImageHeight", LargestSide), RequiredType(file, "ImageInfo/DataType"),
    std::clamp(Integer(file, "ImageInfo/NoOfImages", 0), 0, MostImages),
    std::clamp(Integer(file, "ImageInfo/ImagesTaken", 0), 0, MostImages) };
  header.Taken = header.Taken > 0 && !volume ? header.Taken : header.Planned;
  header.Taken = header.Taken > 0 ? header.Taken : MostImages; // as many as there are
  const std::array<int, 2> mosaic = TilesOf(file);
  header.Across = mosaic[0];
  header.Down = mosaic[1];
  if (header.Across > 1 << 10 || header.Down > 1 << 10)
  {
    throw FormatError(file.Path() +
      ", streams ImageInfo/MosiacColumns and MosiacRows: " + std::to_string(header.Across) + " x " +
      std::to_string(header.Down) + " tiles; at most 1024 x 1024 are expected.");
  }
  return header;
}

std::uint64_t PixelBytes(int columns, int rows, SampleType type)
{
  return static_cast<std::uint64_t>(columns) * static_cast<std::uint64_t>(rows) *
    static_cast<std::uint64_t>(type.Bytes);
}

// Complete images from the first one on.
std::vector<StoredTile> FindTiles(const CompoundFile& file, const Header& header, std::string& end)
{
  const std::uint64_t needed = PixelBytes(header.Columns, header.Rows, header.Type);
  std::vector<StoredTile> tiles;
  for (int k = 0; k < header.Taken; ++k)
  {
    const std::string name = ImageStream(k);
    if (!file.Has(name))
    {
      end = "stream " + name + " is missing";
      break;
    }
    StreamBytes stream = file.Find(name);
    // A mosaic may have been stitched: a single stream for all of its tiles.
    const std::uint64_t all =
      static_cast<std::uint64_t>(header.Across) * static_cast<std::uint64_t>(header.Down) * needed;
    if (stream.Size != needed && !(k == 0 && stream.Size == all))
    {
      throw FormatError(file.Path() + ", stream " + name + " has " + std::to_string(stream.Size) +
        " bytes; " + std::to_string(header.Columns) + " x " + std::to_string(header.Rows) +
        " pixels of " + NameOf(header.Type) + " are " + std::to_string(needed) + " bytes.");
    }
    if (stream.Available < stream.Size)
    {
      end = "of stream " + name + " " + CutOff(stream);
      break;
    }
    tiles.push_back({ header.Type, std::move(stream.Runs) });
  }
  if (tiles.empty())
  {
    throw FormatError(
      file.Path() + " has no image: " + (end.empty() ? "none was taken" : end) + ".");
  }
  return tiles;
}

// Images of the tiles, and a warning where there are fewer than planned.
void PutTogether(const CompoundFile& file, Header header, std::vector<StoredTile> tiles,
  const std::string& end, FileContents& contents, StoredPixels& pixels)
{
  const bool stitched =
    file.Find(ImageStream(0)).Size != PixelBytes(header.Columns, header.Rows, header.Type);
  const int perImage = header.Across * header.Down;
  const int found = static_cast<int>(tiles.size());
  const bool single = found == 1 && perImage > 1; // the whole mosaic is one image
  if (stitched)
  {
    header.Columns *= header.Across;
    header.Rows *= header.Down;
  }
  if (stitched || single)
  {
    header.Across = header.Down = 1;
  }
  const int tilesPerImage = header.Across * header.Down;
  contents.Columns = header.Columns * header.Across;
  contents.Rows = header.Rows * header.Down;
  contents.Images = found / tilesPerImage;
  if (contents.Images == 0)
  {
    throw FormatError(file.Path() + " is a mosaic of " + std::to_string(header.Across) + " x " +
      std::to_string(header.Down) + " tiles, and has " + std::to_string(found) + " of them (" +
      end + ").");
  }
  const int planned = stitched || single
    ? 1
    : std::max(header.Planned, header.Taken == MostImages ? 0 : header.Taken);
  if (found < planned)
  {
    contents.Warnings.push_back(file.Path() + " has " + std::to_string(found) + " of " +
      std::to_string(planned) + (tilesPerImage > 1 ? " tiles" : " images") + " planned (" +
      (end.empty() ? "the scan was stopped" : end) + "); " + std::to_string(contents.Images) +
      (contents.Images == 1 ? " image is read." : " images are read."));
  }
  for (int image = 0; image < contents.Images; ++image)
  {
    TiledImage tiled = { header.Columns, header.Rows, header.Across, header.Down, {} };
    for (int tile = 0; tile < tilesPerImage; ++tile)
    {
      tiled.Tiles.push_back(static_cast<std::size_t>(image * tilesPerImage + tile));
    }
    pixels.Images.push_back(std::move(tiled));
  }
  pixels.Tiles = std::move(tiles);
}

// A reference has the size of the image, or of one of its tiles, for which it is repeated.
void AddReference(const CompoundFile& file, const std::string& name, SampleType type,
  FileContents& contents, StoredPixels& pixels)
{
  const TiledImage& image = pixels.Images.front();
  StreamBytes stream = file.Find(name);
  const auto [across, down] = TilesOf(file);
  const std::uint64_t whole = PixelBytes(contents.Columns, contents.Rows, type);
  const bool tile = stream.Size != whole && contents.Columns % across == 0 &&
    contents.Rows % down == 0 &&
    stream.Size == PixelBytes(contents.Columns / across, contents.Rows / down, type);
  if (stream.Size != whole && !tile)
  {
    throw FormatError(file.Path() + ", stream " + name + " has " + std::to_string(stream.Size) +
      " bytes; a reference of " + std::to_string(contents.Columns) + " x " +
      std::to_string(contents.Rows) + " pixels of " + NameOf(type) + ", as its images (" +
      std::to_string(image.Across * image.Down) + " tiles), has " + std::to_string(whole) + ".");
  }
  if (stream.Available < stream.Size)
  {
    throw FormatError(file.Path() + ", stream " + name + ": " + CutOff(stream) + ".");
  }
  TiledImage tiled = { contents.Columns, contents.Rows, 1, 1, {} };
  if (tile)
  {
    tiled = { contents.Columns / across, contents.Rows / down, across, down, {} };
  }
  tiled.Tiles.assign(static_cast<std::size_t>(tiled.Across * tiled.Down), pixels.Tiles.size());
  pixels.Tiles.push_back({ type, std::move(stream.Runs) });
  pixels.Images.push_back(std::move(tiled));
  ++contents.References;
}

// Those of one folder, and their type.
void AddReferences(
  const CompoundFile& file, SampleType imageType, FileContents& contents, StoredPixels& pixels)
{
  const bool several = !file.Has("ReferenceData/Image");
  const std::string folder = several ? "MultiReferenceData" : "ReferenceData";
  const std::string type = FirstOf(file, { folder + "/DataType", folder + "/ImageInfo/DataType" });
  const SampleType stored = file.Has(type) ? RequiredType(file, type) : imageType;
  if (!several)
  {
    AddReference(file, folder + "/Image", stored, contents, pixels);
    return;
  }
  for (int k = 1; file.Has(folder + "/Image" + std::to_string(k)); ++k)
  {
    AddReference(file, folder + "/Image" + std::to_string(k), stored, contents, pixels);
  }
}

// One for each of all images, references included; else none.
std::vector<double> OfAll(
  std::vector<double> images, const std::vector<double>& references, const FileContents& contents)
{
  const bool all = images.size() == static_cast<std::size_t>(contents.Images) &&
    references.size() == static_cast<std::size_t>(contents.References);
  images.insert(images.end(), references.begin(), references.end());
  return all ? images : std::vector<double>();
}

}

bool IsXradiaFile(const std::string& path)
{
  const std::string extension = Extension(path);
  try
  {
    if ((extension != ".xrm" && extension != ".txrm" && extension != ".txm") ||
      !CompoundFile::HasSignature(path))
    {
      return false;
    }
  }
  catch (const FormatError&)
  {
    return false;
  }
  try
  {
    return CompoundFile(path).Has(WidthStream);
  }
  catch (const FormatError&)
  {
    return true; // opening it says what is wrong
  }
}

bool XRMFormat::IsMine(const std::string& path) const
{
  return CompoundFile::HasSignature(path);
}

std::shared_ptr<const StackFile> XRMFormat::Describe(
  const std::string& path, const FormatOptions&) const
{
  const CompoundFile file(path);
  const bool volume = IsVolume(path);
  const Header header = ReadHeader(file, volume);
  FileContents contents;
  StoredPixels pixels;
  std::string end;
  std::vector<StoredTile> tiles = FindTiles(file, header, end);
  PutTogether(file, header, std::move(tiles), end, contents, pixels);

  const bool corrected = Integer(file, "ImageInfo/OriginalDataRefCorrected", 0) == 1;
  if (!corrected && !volume)
  {
    AddReferences(file, header.Type, contents, pixels);
  }
  contents.Integers = header.Type.Kind != SampleKind::Real;
  const bool counts = contents.References > 0 || contents.Integers;
  contents.Values = volume ? ValueKind::Absorbance
    : corrected            ? ValueKind::Transmission
    : counts               ? ValueKind::Counts
                           : ValueKind::Unknown;

  const auto images = static_cast<std::size_t>(contents.Images);
  const auto references = static_cast<std::size_t>(contents.References);
  const std::string folder =
    file.Has("ReferenceData/Image") ? "ReferenceData" : "MultiReferenceData";
  contents.ImageEnergies = Energies(file, images, volume);
  contents.ExposureTimes = OfAll(
    ExposureTimes(file, "ImageInfo", images), ExposureTimes(file, folder, references), contents);
  contents.Times = OfAll(TimesOf(file, "ImageInfo/Date", images),
    TimesOf(file, folder + "/ImageInfo/Date", references), contents);
  contents.ImageShifts = volume ? std::vector<std::array<double, 2>>() : Shifts(file, images);
  if (!volume)
  {
    WarnOfProjections(file, contents);
    WarnOfSharedReferences(contents);
  }
  const std::vector<double> size = Reals(file, "ImageInfo/PixelSize", 1);
  contents.PixelSize = !size.empty() && IsPositive(size.front()) ? size.front() : 0.0;
  return std::make_shared<XRMFile>(path, std::move(contents), std::move(pixels));
}

}
