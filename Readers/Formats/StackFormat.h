// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file StackFormat.h
 * What a file format answers: is this file mine; what is in it, without reading pixels; give me
 * this region of this image.
 *
 * A file is a sequence of images of one size. What the images are, energies or slices, is put
 * together from all files of a stack in StackSeries.h. No VTK here.
 */
#ifndef StackFormat_h
#define StackFormat_h

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace paraxanes
{

/// A file that cannot be used; the text names the file, what was found and what was expected.
class FormatError : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

/// What the values of a file are, where the format says so.
enum class ValueKind
{
  Unknown,
  Absorbance,
  Transmission,
  Counts
};

/// How the pixels of a file that has no header are stored.
struct RawLayout
{
  std::string Type; ///< int8 to int64, uint8 to uint64, float32, float64
  bool BigEndian = false;
  std::uint64_t Offset = 0; ///< bytes before the first image
  int Columns = 0;
  int Rows = 0;
  int Images = 0; ///< 0: as many as the file holds

  bool operator==(const RawLayout& other) const
  {
    return this->Type == other.Type && this->BigEndian == other.BigEndian &&
      this->Offset == other.Offset && this->Columns == other.Columns && this->Rows == other.Rows &&
      this->Images == other.Images;
  }
};

/// What the user says about files that do not tell it themselves. Empty: detect.
struct FormatOptions
{
  std::string DataPath;   ///< data set of the images, in files of named data sets
  std::string EnergyPath; ///< data set of the energies
  std::string AxisOrder;  ///< what the axes of the data set are, slowest first, such as "ezyx"
  std::optional<RawLayout> Raw; ///< the file is of no format: only pixels, stored like this
  std::size_t Energies = 0; ///< how many energies are given, for files that have none; 0: not known

  bool operator==(const FormatOptions& other) const
  {
    return this->DataPath == other.DataPath && this->EnergyPath == other.EnergyPath &&
      this->AxisOrder == other.AxisOrder && this->Raw == other.Raw &&
      this->Energies == other.Energies;
  }
};

/// Pixels that are decoded together: reading a part of them costs as much as all. 1: any.
struct DecodedTogether
{
  int Columns = 1;
  int Rows = 1;
  int Slices = 1;   ///< images that follow one another
  int Energies = 1; ///< images a whole volume apart
};

/// What is in a file: images of samples, then references, then dark images, numbered through.
struct FileContents
{
  int Columns = 0;    ///< x, fastest
  int Rows = 0;       ///< y, in the order in which they are stored
  int Images = 0;     ///< of Columns x Rows pixels each; the slices of an energy follow one another
  int Slices = 0;     ///< images of each energy, where the file says so; else 0
  int References = 0; ///< images of the incident light, numbered after the Images
  int Darks = 0;      ///< images without light, numbered after the references
  std::vector<double> ImageEnergies;     ///< eV, one per image; empty where not all are known
  std::vector<double> ReferenceEnergies; ///< eV, one per reference; empty: each serves all images
  /// Seconds, one for each of all images, references and darks included; empty where not known.
  std::vector<double> ExposureTimes;
  /// When each of all images was taken, s after any moment; empty where not known.
  std::vector<double> Times;
  /// How many columns and rows further along the sample lies in each image than it ought to, where
  /// the file tells it; else empty.
  std::vector<std::array<double, 2>> ImageShifts;
  double PixelSize = 0.0;              ///< um; 0 where not known
  std::vector<double> ImagePixelSizes; ///< um, one per image; empty: PixelSize for all
  double PixelHeight = 0.0;            ///< um; 0: pixels are square
  double SliceSpacing = 0.0;           ///< um, between images that are slices; 0 where not known
  std::array<double, 3> Origin = { 0.0, 0.0, 0.0 }; ///< um, of the first voxel
  ValueKind Values = ValueKind::Unknown;
  bool Integers = false; ///< the pixels are stored as integers, as cameras count
  DecodedTogether Together;
  std::string ArrayName; ///< of the values, where the file says it, such as normalized_absorbance
  /// Field data of one text each, such as { "element", "Ni" }.
  std::vector<std::pair<std::string, std::string>> Texts;
  std::vector<std::pair<std::string, std::vector<double>>> Numbers; ///< likewise
  std::vector<std::string> Warnings; ///< sentences, such as: a scan was stopped
};

/// A strided region of an image: pixels (X0 + i * XStride, Y0 + j * YStride).
struct Region
{
  int X0 = 0;
  int Columns = 0; ///< i < Columns
  int XStride = 1;
  int Y0 = 0;
  int Rows = 0; ///< j < Rows
  int YStride = 1;
};

/// Images First + f * FrameStep + s * SliceStep, f < Frames, s < Slices.
struct ImageGrid
{
  int First = 0;
  int Frames = 1;
  int FrameStep = 1;
  int Slices = 1;
  int SliceStep = 1;
};

/// An open file. Safe to use from several threads at once.
class PixelReader
{
public:
  virtual ~PixelReader() = default;

  /// Fills out[j * Columns + i] with the region of an image. Throws FormatError.
  virtual void Read(int image, const Region& region, float* out) const = 0;

  /**
   * The region of several images; that of image (f, s) begins at out[(f * Slices + s) * stride].
   * A format that decodes several images together does it once for all of them.
   */
  virtual void ReadImages(
    const ImageGrid& images, const Region& region, float* out, std::int64_t stride) const
  {
    for (int f = 0; f < images.Frames; ++f)
    {
      for (int s = 0; s < images.Slices; ++s)
      {
        this->Read(images.First + f * images.FrameStep + s * images.SliceStep, region, out);
        out += stride;
      }
    }
  }
};

/// A file whose header was read. Holds nothing open.
class StackFile
{
public:
  virtual ~StackFile() = default;
  const std::string& Path() const { return this->FilePath; }
  const FileContents& Contents() const { return this->FileContent; }

  /// What had to be said to read the file.
  const FormatOptions& Options() const { return this->FileOptions; }

  /// The files whose images this one strings together; none when it is one file.
  virtual std::vector<std::shared_ptr<const StackFile>> Parts() const { return {}; }

  /// The reader must not outlive this object. Throws FormatError.
  virtual std::unique_ptr<PixelReader> Open() const = 0;

  /// How many files of the system its reader keeps open.
  virtual std::size_t Descriptors() const { return 1; }

protected:
  StackFile(std::string path, FileContents contents, FormatOptions options = {})
    : FilePath(std::move(path))
    , FileContent(std::move(contents))
    , FileOptions(std::move(options))
  {
  }

private:
  std::string FilePath;
  FileContents FileContent;
  FormatOptions FileOptions;
};

class StackFormat
{
public:
  virtual ~StackFormat() = default;

  /// "TIFF", for messages.
  virtual std::string Name() const = 0;

  /// True when the file begins as files of this format do, whatever its name.
  virtual bool IsMine(const std::string& path) const = 0;

  /// Reads the header. Throws FormatError. Safe to call from several threads at once.
  virtual std::shared_ptr<const StackFile> Describe(
    const std::string& path, const FormatOptions& options) const = 0;
};

}

#endif
