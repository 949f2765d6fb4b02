// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "TIFFFormat.h"

#include "EnergyNames.h"
#include "FileBytes.h"
#include "Samples.h"
#include "TIFFDescriptions.h"
#include "TIFFDirectory.h"
#include "Units.h"

#include <vtk_tiff.h>

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <limits>
#include <optional>
#include <unordered_set>
#include <utility>

#if TIFFLIB_VERSION < 20221213
#error "libtiff 4.5 or newer is needed (messages per file instead of per process)."
#endif

namespace paraxanes
{
namespace
{

constexpr double LargestPixelSize = 20.0; // um
constexpr int MostImagesOfPage = 4;       // more are no colours, nor written by tifffile

// A TIFF handle over a shared descriptor: it costs no descriptor of its own, and libtiff's
// messages are kept instead of printed.
class Handle
{
public:
  // `header`: only the eight bytes at the begin are looked at until a page is chosen.
  Handle(const FileBytes& file, bool headerOnly)
    : File(file)
    , Length(file.Size())
  {
    TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
    TIFFOpenOptionsSetErrorHandlerExtR(options, Keep, this);
    TIFFOpenOptionsSetWarningHandlerExtR(options, Ignore, this);
    this->Tiff = TIFFClientOpenExt(file.Path().c_str(), headerOnly ? "rmh" : "rm", this, ReadProc,
      WriteProc, SeekProc, CloseProc, SizeProc, nullptr, nullptr, options);
    TIFFOpenOptionsFree(options);
    if (!this->Tiff)
    {
      throw FormatError(file.Path() + " is not a valid TIFF file: " + this->Problem());
    }
  }
  ~Handle() { TIFFClose(this->Tiff); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  operator TIFF*() const { return this->Tiff; }
  std::uint64_t FileSize() const { return this->Length; }

  // libtiff's first message, which names the cause.
  std::string Problem() const
  {
    return this->Message.empty() ? "it is damaged or cut off." : this->Message;
  }

  template <typename T>
  T Get(std::uint32_t tag, T otherwise) const
  {
    T value = otherwise;
    return TIFFGetFieldDefaulted(this->Tiff, tag, &value) == 1 ? value : otherwise;
  }

private:
  static Handle& Self(thandle_t handle) { return *static_cast<Handle*>(handle); }
  static tmsize_t ReadProc(thandle_t handle, void* bytes, tmsize_t count)
  {
    Handle& self = Self(handle);
    const std::size_t done =
      self.File.ReadSome(bytes, static_cast<std::size_t>(count), self.Position);
    self.Position += done;
    return static_cast<tmsize_t>(done);
  }
  static tmsize_t WriteProc(thandle_t, void*, tmsize_t) { return -1; }
  static toff_t SeekProc(thandle_t handle, toff_t offset, int whence)
  {
    Handle& self = Self(handle);
    const toff_t base = whence == SEEK_CUR ? self.Position : whence == SEEK_END ? self.Length : 0;
    self.Position = base + offset;
    return self.Position;
  }
  static int CloseProc(thandle_t) { return 0; }
  static toff_t SizeProc(thandle_t handle) { return Self(handle).Length; }
  static int Keep(TIFF*, void* data, const char* module, const char* format, va_list arguments)
  {
    Handle& self = *static_cast<Handle*>(data);
    char text[512];
    std::vsnprintf(text, sizeof(text), format, arguments);
    if (self.Message.empty())
    {
      // libtiff gives the file's name as the module now and then; our messages have it already.
      const bool named = !module || self.File.Path() == module;
      self.Message = named ? text : std::string(module) + ": " + text;
    }
    return 1;
  }
  static int Ignore(TIFF*, void*, const char*, const char*, va_list) { return 1; }

  const FileBytes& File;
  const std::uint64_t Length;
  std::uint64_t Position = 0;
  std::string Message;
  TIFF* Tiff = nullptr;
};

// How the pixels of a file are stored; the same for all of its pages.
struct Layout
{
  std::uint32_t Columns = 0;
  std::uint32_t Rows = 0;
  std::uint16_t Bits = 0;
  std::uint16_t Kind = SAMPLEFORMAT_UINT;
  bool Swapped = false; // byte order, the same for the whole file

  bool operator==(const Layout& other) const
  {
    return this->Columns == other.Columns && this->Rows == other.Rows && this->Bits == other.Bits &&
      this->Kind == other.Kind;
  }
  int Bytes() const { return this->Bits / 8; }
  // Of no bytes where the samples are of another kind.
  SampleType Type() const
  {
    const bool real = this->Kind == SAMPLEFORMAT_IEEEFP;
    const bool known = real || this->Kind == SAMPLEFORMAT_INT || this->Kind == SAMPLEFORMAT_UINT;
    const SampleKind kind = real       ? SampleKind::Real
      : this->Kind == SAMPLEFORMAT_INT ? SampleKind::Signed
                                       : SampleKind::Unsigned;
    return { kind, known && this->Bits % 8 == 0 ? this->Bytes() : 0, this->Swapped };
  }
  std::uint64_t PageBytes() const
  {
    return std::uint64_t{ this->Columns } * this->Rows * static_cast<std::uint64_t>(this->Bytes());
  }
  std::string Text() const
  {
    const char* kind = this->Kind == SAMPLEFORMAT_IEEEFP ? "real"
      : this->Kind == SAMPLEFORMAT_INT                   ? "signed"
                                                         : "unsigned";
    return std::to_string(this->Columns) + " x " + std::to_string(this->Rows) + " pixels of " +
      std::to_string(this->Bits) + " bits (" + kind + ")";
  }
};

struct Page
{
  std::uint64_t Directory = 0; // where its tags are
  std::uint64_t Pixels = 0;    // where its pixels are, when they can be read as they are; else 0
  std::uint16_t Sample = 0;    // which of the images that the page holds one after another
};

class TIFFReader : public PixelReader
{
public:
  TIFFReader(const std::string& path, const Layout& layout, const std::vector<Page>& pages)
    : File(path)
    , Stored(layout)
    , Type(layout.Type())
    , Pages(pages)
    , Convert(FindConverter(this->Type))
  {
  }

  void Read(int image, const Region& region, float* out) const override
  {
    const Page& page = this->Pages.at(static_cast<std::size_t>(image));
    if (page.Pixels != 0)
    {
      ReadStored(
        this->File, page.Pixels, static_cast<int>(this->Stored.Columns), this->Type, region, out);
    }
    else
    {
      this->Decode(image, region, out);
    }
  }

private:
  // Strips and tiles through libtiff: only those that the region meets.
  void Decode(int image, const Region& region, float* out) const
  {
    const Handle tiff(this->File, true);
    const auto fail = [&](const std::string& what)
    {
      throw FormatError(this->File.Path() + ", page " + std::to_string(image + 1) + ": " + what +
        " cannot be read: " + tiff.Problem());
    };
    if (!TIFFSetSubDirectory(tiff, this->Pages[static_cast<std::size_t>(image)].Directory))
    {
      fail("its directory");
    }
    const std::uint16_t sample = this->Pages[static_cast<std::size_t>(image)].Sample;
    const bool tiled = TIFFIsTiled(tiff) != 0;
    const int width = static_cast<int>(this->Stored.Columns);
    const int height = static_cast<int>(this->Stored.Rows);
    const int blockColumns =
      tiled ? static_cast<int>(tiff.Get<std::uint32_t>(TIFFTAG_TILEWIDTH, 0)) : width;
    const int blockRows = tiled
      ? static_cast<int>(tiff.Get<std::uint32_t>(TIFFTAG_TILELENGTH, 0))
      : static_cast<int>(std::min(
          tiff.Get<std::uint32_t>(TIFFTAG_ROWSPERSTRIP, this->Stored.Rows), this->Stored.Rows));
    const tmsize_t size = tiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
    const std::int64_t needed = std::int64_t{ blockColumns } * blockRows * this->Stored.Bytes();
    if (blockColumns <= 0 || blockRows <= 0 || size < needed)
    {
      fail("the size of its strips or tiles");
    }
    std::vector<unsigned char> bytes(static_cast<std::size_t>(size));
    const int lastX = region.X0 + (region.Columns - 1) * region.XStride;
    const int lastY = region.Y0 + (region.Rows - 1) * region.YStride;
    for (int y = region.Y0 / blockRows * blockRows; y <= lastY; y += blockRows)
    {
      for (int x = region.X0 / blockColumns * blockColumns; x <= lastX; x += blockColumns)
      {
        const std::uint32_t column = static_cast<std::uint32_t>(x);
        const std::uint32_t row = static_cast<std::uint32_t>(y);
        const std::uint32_t index = tiled ? TIFFComputeTile(tiff, column, row, 0, sample)
                                          : TIFFComputeStrip(tiff, row, sample);
        const tmsize_t got = tiled ? TIFFReadEncodedTile(tiff, index, bytes.data(), size)
                                   : TIFFReadEncodedStrip(tiff, index, bytes.data(), size);
        const int rows = tiled ? blockRows : std::min(blockRows, height - y);
        if (got < std::int64_t{ blockColumns } * rows * this->Stored.Bytes())
        {
          fail((tiled ? "tile " : "strip ") + std::to_string(index));
        }
        CopyBlock({ bytes.data(), x, blockColumns, y, rows }, region, this->Stored.Bytes(),
          this->Convert, out);
      }
    }
  }

  const FileBytes File;
  const Layout Stored;
  const SampleType Type;
  const std::vector<Page>& Pages;
  const SampleConverter Convert;
};

class TIFFFile : public StackFile
{
public:
  TIFFFile(std::string path, FileContents contents, const Layout& layout, std::vector<Page> pages)
    : StackFile(std::move(path), std::move(contents))
    , Stored(layout)
    , Pages(std::move(pages))
  {
  }

  std::unique_ptr<PixelReader> Open() const override
  {
    return std::make_unique<TIFFReader>(this->Path(), this->Stored, this->Pages);
  }

private:
  const Layout Stored;
  const std::vector<Page> Pages;
};

std::string Description(const Handle& tiff)
{
  const char* text = tiff.Get<const char*>(TIFFTAG_IMAGEDESCRIPTION, nullptr);
  return text ? text : "";
}

double PixelSize(const Handle& tiff, const std::string& description)
{
  const double perUnit = tiff.Get<float>(TIFFTAG_XRESOLUTION, 0.0f);
  const std::uint16_t tag = tiff.Get<std::uint16_t>(TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  const double ofTag = tag == RESUNIT_CENTIMETER ? 1e4 : tag == RESUNIT_INCH ? 25400.0 : 0.0;
  const double unit = ImageJUnit(description).value_or(ofTag);
  const double size = perUnit > 0.0 ? unit / perUnit : 0.0;
  return std::isfinite(size) && size <= LargestPixelSize ? size : 0.0;
}

// Refuses strips and tiles that would need much memory and cannot be as large as they say.
void CheckBlockSize(const Handle& tiff, std::uint64_t largest, const std::string& where)
{
  constexpr std::uint64_t harmless = std::uint64_t{ 64 } << 20; // bytes
  constexpr std::uint64_t ratio = 20000;                        // of the best compression
  const tmsize_t size = TIFFIsTiled(tiff) ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
  const auto bytes = static_cast<std::uint64_t>(std::max<tmsize_t>(size, 0));
  if (bytes > harmless && bytes / ratio > largest)
  {
    throw FormatError(where + "a strip or tile says that it holds " + std::to_string(bytes) +
      " bytes, and at most " + std::to_string(largest) + " are stored: the file is damaged.");
  }
}

// Images that a page holds one after another: tifffile writes three or four slices like the colours
// of one image.
std::uint16_t ImagesOfPage(const Handle& tiff)
{
  const bool separate =
    tiff.Get<std::uint16_t>(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE;
  return separate ? tiff.Get<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1) : std::uint16_t{ 1 };
}

// Where the strips of an image of the page begin when they follow one another uncompressed; else 0.
// Throws where strips or tiles lie beyond the end of the file.
std::uint64_t FindPixels(
  const Handle& tiff, const Layout& layout, std::uint16_t sample, const std::string& where)
{
  const bool tiled = TIFFIsTiled(tiff) != 0;
  const std::uint32_t total = tiled ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff);
  const std::uint32_t count = total / ImagesOfPage(tiff);
  const std::uint32_t firstOfImage = sample * count;
  const bool plain = !tiled &&
    tiff.Get<std::uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE) == COMPRESSION_NONE &&
    tiff.Get<std::uint16_t>(TIFFTAG_FILLORDER, FILLORDER_MSB2LSB) == FILLORDER_MSB2LSB;
  const std::uint64_t stripRows =
    std::min(tiff.Get<std::uint32_t>(TIFFTAG_ROWSPERSTRIP, layout.Rows), layout.Rows);
  const std::uint64_t rowBytes = layout.PageBytes() / layout.Rows;
  std::uint64_t first = 0;
  std::uint64_t storedBytes = 0; // of the largest
  bool together = plain;
  for (std::uint32_t k = 0; k < count; ++k)
  {
    const std::uint64_t begin = TIFFGetStrileOffset(tiff, firstOfImage + k);
    std::uint64_t bytes = TIFFGetStrileByteCount(tiff, firstOfImage + k);
    if (plain)
    {
      bytes =
        std::min(stripRows, layout.Rows - std::min<std::uint64_t>(layout.Rows, k * stripRows)) *
        rowBytes;
      first = k == 0 ? begin : first;
      together = together && begin == first + k * stripRows * rowBytes;
    }
    storedBytes = std::max(storedBytes, bytes);
    if (begin == 0 || begin > tiff.FileSize() || bytes > tiff.FileSize() - begin)
    {
      throw FormatError(where + (tiled ? "tile " : "strip ") + std::to_string(k + 1) + " of " +
        std::to_string(count) + " needs bytes " + std::to_string(begin) + " to " +
        std::to_string(begin + bytes) + ", and the file ends at byte " +
        std::to_string(tiff.FileSize()) + ": it is cut off or damaged.");
    }
  }
  CheckBlockSize(tiff, storedBytes, where);
  return together ? first : 0;
}

Layout ReadLayout(const Handle& tiff, const std::string& where)
{
  Layout layout;
  layout.Columns = tiff.Get<std::uint32_t>(TIFFTAG_IMAGEWIDTH, 0);
  layout.Rows = tiff.Get<std::uint32_t>(TIFFTAG_IMAGELENGTH, 0);
  layout.Bits = tiff.Get<std::uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
  layout.Kind = tiff.Get<std::uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  layout.Kind = layout.Kind == SAMPLEFORMAT_VOID ? SAMPLEFORMAT_UINT : layout.Kind;
  layout.Swapped = TIFFIsByteSwapped(tiff) != 0;
  const int samples = tiff.Get<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
  constexpr std::uint32_t most = std::numeric_limits<int>::max() / 8;
  if (layout.Columns == 0 || layout.Rows == 0 || layout.Columns > most || layout.Rows > most)
  {
    throw FormatError(where + "an image of " + std::to_string(layout.Columns) + " x " +
      std::to_string(layout.Rows) + " pixels cannot be read.");
  }
  if (samples != ImagesOfPage(tiff) || samples > MostImagesOfPage)
  {
    throw FormatError(where + std::to_string(samples) +
      " samples per pixel (a colour image); grey images are expected.");
  }
  if (!FindConverter(layout.Type()))
  {
    throw FormatError(where + layout.Text() +
      " cannot be read; integers of 8 to 64 bits and real numbers of 32 or 64 bits are expected.");
  }
  return layout;
}

// Decoding strips or tiles costs the same for one row as for all of their rows.
int RowsPerBlock(const Handle& tiff, const Layout& layout)
{
  const std::uint32_t rows = TIFFIsTiled(tiff)
    ? tiff.Get<std::uint32_t>(TIFFTAG_TILELENGTH, layout.Rows)
    : tiff.Get<std::uint32_t>(TIFFTAG_ROWSPERSTRIP, layout.Rows);
  return static_cast<int>(std::max(1u, std::min(rows, layout.Rows)));
}

// ImageJ's files above 4 GB: one directory, and the other pages right behind the first one.
void AddImageJPages(const std::string& description, const Layout& layout, std::uint64_t fileSize,
  std::vector<Page>& pages)
{
  const double count = ImageJCount(description);
  const Page first = pages.front();
  if (pages.size() != 1 || first.Pixels == 0 || !(count > 1.0) ||
    count > static_cast<double>((fileSize - first.Pixels) / layout.PageBytes()))
  {
    return;
  }
  for (std::uint64_t k = 1; k < static_cast<std::uint64_t>(count); ++k)
  {
    pages.push_back({ first.Directory, first.Pixels + k * layout.PageBytes(), 0 });
  }
}

// The chain of directories, with its ends checked: a circle, or a file that is cut off in the last
// bytes of a directory, where the next page's place stands (libtiff takes that for the last page).
class PageChain
{
public:
  PageChain(const FileBytes& file, const Handle& tiff)
    : File(file)
    , FileSize(tiff.FileSize())
    , Form({ TIFFIsBigTIFF(tiff) != 0, TIFFIsBigEndian(tiff) != 0 })
  {
  }

  TIFFDirectory At(std::uint64_t offset) const { return { this->File, this->Form, offset }; }

  void Enter(const TIFFDirectory& directory)
  {
    const std::string page = std::to_string(this->Entered.size() + 1);
    if (!this->Entered.insert(directory.Offset()).second)
    {
      throw FormatError(this->File.Path() + " is damaged: the directory of page " + page +
        ", at byte " + std::to_string(directory.Offset()) + ", is that of a page before it.");
    }
    if (!directory.IsWhole())
    {
      throw FormatError(this->File.Path() + " is cut off: it has " +
        std::to_string(this->FileSize) + " bytes, and the directory of page " + page + " ends at " +
        std::to_string(directory.End()) + ".");
    }
  }

  // Goes on to the next page when it is stored as this one is; false where it is not.
  bool EnterCopy(TIFFDirectory& directory, std::uint64_t pageBytes)
  {
    if (directory.Next() == 0)
    {
      return false;
    }
    TIFFDirectory next = this->At(directory.Next());
    const std::uint64_t strip = next.Strip();
    const bool inside = strip <= this->FileSize && pageBytes <= this->FileSize - strip;
    if (strip == 0 || !inside || !next.IsLike(directory))
    {
      return false;
    }
    this->Enter(next);
    directory = std::move(next);
    return true;
  }

  std::size_t NumberOfPages() const { return this->Entered.size(); }

private:
  const FileBytes& File;
  const std::uint64_t FileSize;
  const TIFFDirectory::Form Form;
  std::unordered_set<std::uint64_t> Entered;
};

// Numbers are numbers, however they are shown.
std::vector<std::string> DisplayWarnings(const Handle& tiff)
{
  switch (tiff.Get<std::uint16_t>(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK))
  {
    case PHOTOMETRIC_MINISWHITE:
      return { "The images are made to be shown inverted (WhiteIsZero); the numbers are read as "
               "they are stored." };
    case PHOTOMETRIC_PALETTE:
      return { "The images have a colour table, which is not used; the numbers are read as they "
               "are stored." };
    default:
      return {};
  }
}

// ImageJ's labels of slices, in tags that libtiff does not know.
std::vector<std::string> Labels(const Handle& tiff)
{
  constexpr std::uint32_t sizesTag = 50838;
  constexpr std::uint32_t metadataTag = 50839;
  std::uint32_t count = 0;
  std::uint32_t bytes = 0;
  const std::uint32_t* sizes = nullptr;
  const unsigned char* metadata = nullptr;
  const TIFFField* sizesField = TIFFFindField(tiff, sizesTag, TIFF_LONG);
  const TIFFField* metadataField = TIFFFindField(tiff, metadataTag, TIFF_BYTE);
  const bool known = sizesField && metadataField && TIFFFieldPassCount(sizesField) &&
    TIFFFieldPassCount(metadataField);
  if (!known || TIFFGetField(tiff, sizesTag, &count, &sizes) != 1 ||
    TIFFGetField(tiff, metadataTag, &bytes, &metadata) != 1 || !sizes || !metadata)
  {
    return {};
  }
  return ImageJLabels(std::vector<unsigned char>(metadata, metadata + bytes),
    std::vector<std::size_t>(sizes, sizes + count), TIFFIsBigEndian(tiff) != 0);
}

// The values in this order; as they are where there is none.
template <typename T>
std::vector<T> InOrder(const std::vector<T>& values, const std::vector<int>& order)
{
  if (values.empty() || order.empty())
  {
    return values;
  }
  std::vector<T> ordered;
  for (const int k : order)
  {
    ordered.push_back(values[static_cast<std::size_t>(k)]);
  }
  return ordered;
}

}

bool TIFFFormat::IsMine(const std::string& path) const
{
  const FileBytes file(path);
  unsigned char begin[4] = {};
  if (file.ReadSome(begin, 4, 0) < 4)
  {
    return false;
  }
  // Byte order mark, then 42 (TIFF) or 43 (BigTIFF) in this order.
  const bool little = begin[0] == 'I' && begin[1] == 'I' && begin[3] == 0;
  const bool big = begin[0] == 'M' && begin[1] == 'M' && begin[2] == 0;
  const unsigned char version = little ? begin[2] : begin[3];
  return (little || big) && (version == 42 || version == 43);
}

std::shared_ptr<const StackFile> TIFFFormat::Describe(
  const std::string& path, const FormatOptions&) const
{
  const FileBytes file(path);
  const Handle tiff(file, false);
  FileContents contents;
  Layout layout;
  std::vector<Page> pages;
  std::vector<double> energies; // of pages
  std::string firstDescription;
  std::vector<std::string> labels;
  std::optional<double> energy; // of the last page
  const auto addEnergy = [&]
  {
    if (energy)
    {
      energies.push_back(*energy);
    }
  };
  const auto addPage = [&](const std::string& where)
  {
    if (tiff.Get<std::uint32_t>(TIFFTAG_SUBFILETYPE, 0) & FILETYPE_REDUCEDIMAGE)
    {
      return;
    }
    const Layout found = ReadLayout(tiff, where);
    const std::string description = Description(tiff);
    if (pages.empty())
    {
      layout = found;
      firstDescription = description;
      contents.PixelSize = PixelSize(tiff, description);
      contents.Warnings = DisplayWarnings(tiff);
      labels = Labels(tiff);
    }
    else if (!(found == layout))
    {
      throw FormatError(where + found.Text() + "; the pages before it have " + layout.Text() + ".");
    }
    const std::uint16_t images = ImagesOfPage(tiff);
    if (images > 1 && pages.empty())
    {
      contents.Warnings.push_back("Each page holds " + std::to_string(images) +
        " images one after another, like the colours of one; they are read as " +
        std::to_string(images) + " pages.");
    }
    energy = IsOME(description) ? std::nullopt : EnergyOfDescription(description);
    for (std::uint16_t sample = 0; sample < images; ++sample)
    {
      const std::uint64_t pixels = FindPixels(tiff, layout, sample, where);
      if (pixels == 0)
      {
        contents.Together.Rows = std::max(contents.Together.Rows, RowsPerBlock(tiff, layout));
      }
      pages.push_back({ TIFFCurrentDirOffset(tiff), pixels, sample });
      addEnergy();
    }
  };
  PageChain chain(file, tiff);
  for (;;)
  {
    TIFFDirectory directory = chain.At(TIFFCurrentDirOffset(tiff));
    chain.Enter(directory);
    addPage(path + ", page " + std::to_string(chain.NumberOfPages()) + ": ");
    // A thumbnail is no page, nor are its copies.
    const bool plain = !pages.empty() && pages.back().Directory == directory.Offset() &&
      pages.back().Pixels != 0 && pages.back().Pixels == directory.Strip();
    while (plain && chain.EnterCopy(directory, layout.PageBytes()))
    {
      pages.push_back({ directory.Offset(), directory.Strip(), 0 });
      addEnergy();
    }
    if (directory.Next() == 0)
    {
      break;
    }
    const bool found = directory.Offset() == TIFFCurrentDirOffset(tiff)
      ? TIFFReadDirectory(tiff) != 0
      : TIFFSetSubDirectory(tiff, directory.Next()) != 0;
    if (!found)
    {
      throw FormatError(path + ", page " + std::to_string(chain.NumberOfPages() + 1) +
        " cannot be read: " + tiff.Problem());
    }
  }
  if (pages.empty())
  {
    throw FormatError(path + " holds thumbnails only.");
  }
  AddImageJPages(firstDescription, layout, tiff.FileSize(), pages);
  contents.Columns = static_cast<int>(layout.Columns);
  contents.Rows = static_cast<int>(layout.Rows);
  contents.Images = static_cast<int>(pages.size());
  contents.Integers = layout.Kind != SAMPLEFORMAT_IEEEFP;
  const PageShape shape = IsOME(firstDescription) ? ReadOME(firstDescription, contents.Images)
    : IsImageJ(firstDescription) ? ReadImageJ(firstDescription, labels, contents.Images)
                                 : PageShape();
  contents.PixelSize = shape.PixelSize > 0.0 ? shape.PixelSize : contents.PixelSize;
  contents.SliceSpacing = shape.SliceSpacing;
  contents.Slices = shape.Slices;
  contents.Warnings.insert(contents.Warnings.end(), shape.Warnings.begin(), shape.Warnings.end());
  energies = energies.size() == pages.size() ? energies : shape.PageEnergies;
  contents.ImageEnergies = InOrder(energies, shape.Order);
  pages = InOrder(pages, shape.Order);
  return std::make_shared<TIFFFile>(path, contents, layout, std::move(pages));
}
}
