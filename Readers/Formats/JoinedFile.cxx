// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "JoinedFile.h"

#include <algorithm>
#include <limits>
#include <mutex>

namespace paraxanes
{
namespace
{

using Files = std::vector<std::shared_ptr<const StackFile>>;

// Threads work on one slice or on neighbours, so that two open files serve them; more would reach
// the limit of open files when a stack has hundreds of folders.
constexpr std::size_t OpenParts = 2;

class JoinedReader : public PixelReader
{
public:
  JoinedReader(const Files& parts, const std::vector<int>& begins)
    : Parts(parts)
    , Begins(begins)
  {
  }

  void Read(int image, const Region& region, float* out) const override
  {
    const auto after = std::upper_bound(this->Begins.begin(), this->Begins.end(), image);
    const std::ptrdiff_t part = after - this->Begins.begin() - 1;
    this->Open(static_cast<std::size_t>(part))->Read(image - *(after - 1), region, out);
  }

private:
  using OpenPart = std::pair<std::size_t, std::shared_ptr<const PixelReader>>;

  std::shared_ptr<const PixelReader> Open(std::size_t part) const
  {
    const std::lock_guard<std::mutex> lock(this->Mutex);
    const auto found = std::find_if(this->Recent.begin(), this->Recent.end(),
      [part](const OpenPart& open) { return open.first == part; });
    if (found == this->Recent.end())
    {
      if (this->Recent.size() == OpenParts)
      {
        this->Recent.pop_back();
      }
      this->Recent.insert(this->Recent.begin(), { part, this->Parts[part]->Open() });
    }
    else
    {
      std::rotate(this->Recent.begin(), found, found + 1);
    }
    return this->Recent.front().second;
  }

  const Files& Parts;
  const std::vector<int>& Begins;
  mutable std::mutex Mutex;
  mutable std::vector<OpenPart> Recent; // the last used first
};

class JoinedFile : public StackFile
{
public:
  JoinedFile(Files files, std::vector<int> begins, FileContents contents)
    : StackFile(files.front()->Path(), std::move(contents))
    , Inner(std::move(files))
    , Begins(std::move(begins))
  {
  }

  Files Parts() const override { return this->Inner; }

  std::unique_ptr<PixelReader> Open() const override
  {
    return std::make_unique<JoinedReader>(this->Inner, this->Begins);
  }

  // Those of the parts are alike.
  std::size_t Descriptors() const override
  {
    return OpenParts * this->Inner.front()->Descriptors();
  }

private:
  const Files Inner;
  const std::vector<int> Begins;
};

// What is known of every image of all files; else nothing.
template <typename Number>
std::vector<Number> JoinNumbers(const Files& files, std::vector<Number> FileContents::*numbers)
{
  std::vector<Number> joined;
  for (const auto& file : files)
  {
    const FileContents& contents = file->Contents();
    const std::vector<Number>& part = contents.*numbers;
    const auto images = static_cast<std::size_t>(contents.Images);
    if (part.size() < images)
    {
      return {};
    }
    joined.insert(joined.end(), part.begin(), part.begin() + contents.Images);
  }
  return joined;
}

}

void CheckSizes(const Files& files)
{
  const auto size = [](const FileContents& contents)
  { return std::to_string(contents.Columns) + " x " + std::to_string(contents.Rows) + " pixels"; };
  const FileContents& first = files.front()->Contents();
  for (const auto& file : files)
  {
    const FileContents& contents = file->Contents();
    if (contents.Columns != first.Columns || contents.Rows != first.Rows)
    {
      throw FormatError("The sizes of the images differ: " + files.front()->Path() + " has " +
        size(first) + ", " + file->Path() + " has " + size(contents) + ".");
    }
  }
}

std::shared_ptr<const StackFile> JoinFiles(const Files& files)
{
  if (files.size() == 1)
  {
    return files.front();
  }
  CheckSizes(files);
  FileContents contents = files.front()->Contents();
  std::vector<int> begins;
  std::int64_t images = 0;
  contents.Warnings.clear();
  for (const auto& file : files)
  {
    const FileContents& part = file->Contents();
    begins.push_back(static_cast<int>(images));
    images += part.Images;
    if (images > std::numeric_limits<int>::max())
    {
      throw FormatError(files.front()->Path() + " and the files after it hold more than " +
        std::to_string(std::numeric_limits<int>::max()) + " images.");
    }
    contents.Together.Columns = std::max(contents.Together.Columns, part.Together.Columns);
    contents.Together.Rows = std::max(contents.Together.Rows, part.Together.Rows);
    contents.Warnings.insert(contents.Warnings.end(), part.Warnings.begin(), part.Warnings.end());
  }
  contents.Images = static_cast<int>(images);
  contents.References = 0;
  contents.Darks = 0;
  contents.Slices = 0;
  contents.ReferenceEnergies.clear();
  contents.ImageEnergies = JoinNumbers(files, &FileContents::ImageEnergies);
  contents.ExposureTimes = JoinNumbers(files, &FileContents::ExposureTimes);
  contents.Times = JoinNumbers(files, &FileContents::Times);
  contents.ImagePixelSizes = JoinNumbers(files, &FileContents::ImagePixelSizes);
  contents.ImageShifts = JoinNumbers(files, &FileContents::ImageShifts);
  return std::make_shared<JoinedFile>(files, std::move(begins), std::move(contents));
}

std::vector<std::string> PathsOf(const StackFile& file)
{
  std::vector<std::string> paths;
  for (const auto& part : file.Parts())
  {
    paths.push_back(part->Path());
  }
  return paths.empty() ? std::vector<std::string>{ file.Path() } : paths;
}

}
