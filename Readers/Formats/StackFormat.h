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

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace paraxanes
{

/// A file that cannot be used; the text names the file, what was found and what was expected.
class FormatError : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

/// Something is still to be given, such as an energies file: no mistake as long as nobody reads.
class IncompleteError : public FormatError
{
public:
  using FormatError::FormatError;
};

/// What the values of a file are, where the format says so.
enum class ValueKind
{
  Unknown,
  Absorbance,
  Transmission,
  Counts
};

/// What is in a file.
struct FileContents
{
  int Columns = 0;                   ///< x, fastest
  int Rows = 0;                      ///< y, in the order in which they are stored
  int Images = 0;                    ///< of Columns x Rows pixels each
  std::vector<double> ImageEnergies; ///< eV, one per image; empty where not all are known
  double PixelSize = 0.0;            ///< um; 0 where not known
  double SliceSpacing = 0.0;         ///< um, between images that are slices; 0 where not known
  ValueKind Values = ValueKind::Unknown;
  /// Rows that are decoded together; reading a part of them costs as much as all. 1: any row.
  int RowsPerBlock = 1;
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

/// An open file. Safe to use from several threads at once.
class PixelReader
{
public:
  virtual ~PixelReader() = default;

  /// Fills out[j * Columns + i] with the region of an image. Throws FormatError.
  virtual void Read(int image, const Region& region, float* out) const = 0;
};

/// A file whose header was read. Holds nothing open.
class StackFile
{
public:
  virtual ~StackFile() = default;
  const std::string& Path() const { return this->FilePath; }
  const FileContents& Contents() const { return this->FileContent; }

  /// The reader must not outlive this object. Throws FormatError.
  virtual std::unique_ptr<PixelReader> Open() const = 0;

protected:
  StackFile(std::string path, FileContents contents)
    : FilePath(std::move(path))
    , FileContent(std::move(contents))
  {
  }

private:
  std::string FilePath;
  FileContents FileContent;
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
  virtual std::shared_ptr<const StackFile> Describe(const std::string& path) const = 0;
};

}

#endif
