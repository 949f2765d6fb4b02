// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * The stack reader on files in the page cache, beside plain read() of the same files by as many
 * threads. Every repetition times both, one right after the other, so that the ratio holds on a
 * machine whose speed drifts.
 *
 *   BenchReader [folder=/tmp] [energies=60] [columns=256] [rows=256] [slices=128] [repeat=5]
 *               [only=text in the name of a format]
 *
 * Speeds in GB/s, of the files for read() and of the array for the reader; ratio: time of read()
 * over time of the reader. "processor": with the time that the processors worked for this process,
 * all threads together, in place of the time that went by.
 *
 * The defaults make a stack of 2 GB; compressed files get a quarter of the slices. The files are
 * written into a new folder in `folder` and deleted at the end.
 */
#include "EnergyStack.h"
#include "NewArray.h"
#include "Parallel.h"
#include "vtkEnergyStackWriter.h"
#include "vtkTXMStackReader.h"

#include <vtkDataArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>

#include <vtk_tiff.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

namespace
{

namespace fs = std::filesystem;

double Now()
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Of the process, all threads together.
double ProcessorTime()
{
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Seconds, and how much of it the processors worked, which other processes hardly change.
struct Times
{
  double Elapsed = 0.0;
  double Processor = 0.0;
};

template <typename Body>
Times TimeOf(Body body)
{
  const double start = Now();
  const double processor = ProcessorTime();
  body();
  return { Now() - start, ProcessorTime() - processor };
}

class Series
{
public:
  void Add(const Times& times)
  {
    this->Elapsed.push_back(times.Elapsed);
    this->Processor.push_back(times.Processor);
  }
  double Median() const { return Median(this->Elapsed); }
  double Best() const { return *std::min_element(this->Elapsed.begin(), this->Elapsed.end()); }
  double ProcessorMedian() const { return Median(this->Processor); }

private:
  static double Median(std::vector<double> values)
  {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
  }
  std::vector<double> Elapsed;
  std::vector<double> Processor;
};

//------------------------------------------------------------------------------------------------
// Files

struct Size
{
  int Energies, Columns, Rows, Slices;
  double ArrayBytes() const
  {
    return 4.0 * this->Energies * this->Columns * this->Rows * this->Slices;
  }
};

// Smooth with noise of a few bits, so that it compresses as a measurement does.
void FillImage(std::vector<std::uint16_t>& image, int columns, int slice, int energy)
{
  std::uint32_t random = static_cast<std::uint32_t>(slice * 1009 + energy * 9176 + 1);
  for (std::size_t i = 0; i < image.size(); ++i)
  {
    random = random * 1664525u + 1013904223u;
    const auto x = static_cast<std::uint32_t>(i % static_cast<std::size_t>(columns));
    image[i] = static_cast<std::uint16_t>(20000u + 8u * x + (random >> 26));
  }
}

template <typename Sample>
void WriteTIFF(const std::string& path, const Size& size, int energy, int compression)
{
  TIFF* tiff = TIFFOpen(path.c_str(), "w");
  if (!tiff)
  {
    throw std::runtime_error(path + " cannot be written.");
  }
  const auto pixels = static_cast<std::size_t>(size.Columns) * size.Rows;
  std::vector<std::uint16_t> image(pixels);
  std::vector<Sample> samples(pixels);
  const int rowBytes = size.Columns * static_cast<int>(sizeof(Sample));
  const int stripRows =
    compression == COMPRESSION_NONE ? size.Rows : std::max(1, (64 << 10) / rowBytes);
  for (int z = 0; z < size.Slices; ++z)
  {
    FillImage(image, size.Columns, z, energy);
    std::transform(image.begin(), image.end(), samples.begin(),
      [](std::uint16_t value)
      {
        return sizeof(Sample) == 4 ? static_cast<Sample>(value / 32768.0f)
                                   : static_cast<Sample>(value);
      });
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, size.Columns);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, size.Rows);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, static_cast<int>(8 * sizeof(Sample)));
    TIFFSetField(
      tiff, TIFFTAG_SAMPLEFORMAT, sizeof(Sample) == 4 ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression);
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, stripRows);
    for (int y = 0; y < size.Rows; y += stripRows)
    {
      const int rows = std::min(stripRows, size.Rows - y);
      if (TIFFWriteEncodedStrip(tiff, static_cast<std::uint32_t>(y / stripRows),
            samples.data() + static_cast<std::size_t>(y) * size.Columns, rows * rowBytes) < 0)
      {
        throw std::runtime_error(path + " cannot be written.");
      }
    }
    TIFFWriteDirectory(tiff);
  }
  TIFFClose(tiff);
}

// A multi-page file per energy.
template <typename Sample>
std::vector<std::string> WriteTIFFs(const fs::path& folder, const Size& size, int compression)
{
  std::vector<std::string> paths;
  for (int k = 0; k < size.Energies; ++k)
  {
    char name[64];
    std::snprintf(name, sizeof(name), "stack_%08.2f_eV.tif", 8300.0 + k);
    paths.push_back((folder / name).string());
  }
  paraxanes::ParallelFor(0, size.Energies, 1,
    [&](std::int64_t first, std::int64_t)
    {
      WriteTIFF<Sample>(
        paths[static_cast<std::size_t>(first)], size, static_cast<int>(first), compression);
    });
  return paths;
}

// One file, by the writer.
std::vector<std::string> WriteHDF5(const fs::path& folder, const Size& size, int compression)
{
  const vtkIdType voxels = vtkIdType{ size.Columns } * size.Rows * size.Slices;
  const auto array = paraxanes::NewArray<vtkFloatArray>("absorbance", voxels, size.Energies);
  float* spectra = array->GetPointer(0);
  std::vector<double> energies;
  for (int k = 0; k < size.Energies; ++k)
  {
    energies.push_back(8300.0 + k);
  }
  const auto fillSlices = [&](std::int64_t first, std::int64_t last)
  {
    const auto pixels = static_cast<std::size_t>(size.Columns) * size.Rows;
    std::vector<std::uint16_t> image(pixels);
    for (auto z = static_cast<int>(first); z < static_cast<int>(last); ++z)
    {
      for (int k = 0; k < size.Energies; ++k)
      {
        FillImage(image, size.Columns, z, k);
        float* out = spectra + static_cast<std::size_t>(z) * pixels * size.Energies + k;
        for (const std::uint16_t value : image)
        {
          *out = value / 32768.0f;
          out += size.Energies;
        }
      }
    }
  };
  paraxanes::ParallelFor(0, size.Slices, 1, fillSlices);
  vtkNew<vtkImageData> stack;
  stack->SetDimensions(size.Columns, size.Rows, size.Slices);
  stack->GetPointData()->SetScalars(array);
  paraxanes::SetStackEnergies(stack, energies);
  vtkNew<vtkEnergyStackWriter> writer;
  const std::string path = (folder / "stack.h5").string();
  writer->SetFileName(path);
  writer->SetCompressionLevel(compression);
  writer->SetInputDataObject(stack);
  if (!writer->Write())
  {
    throw std::runtime_error(path + " cannot be written.");
  }
  return { path };
}

struct Format
{
  std::string Name;
  bool Compressed;
  std::function<std::vector<std::string>(const fs::path& folder, const Size& size)> Write;
};

const std::vector<Format>& Formats()
{
  static const std::vector<Format> formats = {
    { "TIFF float32", false,
      [](const fs::path& folder, const Size& size)
      { return WriteTIFFs<float>(folder, size, COMPRESSION_NONE); } },
    { "TIFF uint16", false,
      [](const fs::path& folder, const Size& size)
      { return WriteTIFFs<std::uint16_t>(folder, size, COMPRESSION_NONE); } },
    { "TIFF float32 Deflate", true,
      [](const fs::path& folder, const Size& size)
      { return WriteTIFFs<float>(folder, size, COMPRESSION_ADOBE_DEFLATE); } },
    { "HDF5 float32", false,
      [](const fs::path& folder, const Size& size) { return WriteHDF5(folder, size, 0); } },
    { "HDF5 float32 gzip", true,
      [](const fs::path& folder, const Size& size) { return WriteHDF5(folder, size, 1); } },
  };
  return formats;
}

//------------------------------------------------------------------------------------------------
// Times, in seconds

// Where read() puts the bytes: into a small buffer of each thread, used again and again, or into
// one new array, as a reader has to, whose pages the system clears on first touch.
enum class Target
{
  Buffer,
  NewArray
};

// Every byte of the files through read().
Times TimeOfPlainRead(const std::vector<std::string>& paths, Target target)
{
  constexpr std::int64_t piece = 1 << 20;
  struct Part
  {
    int File;
    std::int64_t Position;
  };
  std::vector<int> files;
  std::vector<Part> parts;
  for (const std::string& path : paths)
  {
    files.push_back(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const auto bytes = static_cast<std::int64_t>(fs::file_size(path));
    for (std::int64_t position = 0; position < bytes; position += piece)
    {
      parts.push_back({ files.back(), position });
    }
  }
  const auto readParts = [&](std::int64_t first, std::int64_t last, char* array)
  {
    thread_local std::vector<char> buffer(piece);
    for (std::int64_t i = first; i < last; ++i)
    {
      const Part& part = parts[static_cast<std::size_t>(i)];
      char* out = array ? array + i * piece : buffer.data();
      if (::pread(part.File, out, piece, part.Position) <= 0)
      {
        throw std::runtime_error("a file cannot be read");
      }
    }
  };
  const auto count = static_cast<std::int64_t>(parts.size());
  const Times times = TimeOf(
    [&]
    {
      vtkSmartPointer<vtkFloatArray> array;
      if (target == Target::NewArray)
      {
        array = paraxanes::NewArray<vtkFloatArray>("bytes", count, piece / sizeof(float));
      }
      char* out = array ? reinterpret_cast<char*>(array->GetPointer(0)) : nullptr;
      paraxanes::ParallelFor(
        0, count, 8, [&](std::int64_t first, std::int64_t last) { readParts(first, last, out); });
    });
  std::for_each(files.begin(), files.end(), ::close);
  return times;
}

using VOI = std::array<int, 6>;
constexpr VOI Whole = { 0, -1, 0, -1, 0, -1 };

vtkSmartPointer<vtkTXMStackReader> NewReader(const std::string& path, const VOI& voi)
{
  auto reader = vtkSmartPointer<vtkTXMStackReader>::New();
  reader->AddFileName(path.c_str());
  reader->SetVOI(voi[0], voi[1], voi[2], voi[3], voi[4], voi[5]);
  return reader;
}

// A new reader that knows nothing of the files.
Times TimeOfReader(const std::string& path, const VOI& voi, double bytes)
{
  const auto reader = NewReader(path, voi);
  const Times times = TimeOf([&] { reader->Update(); });
  vtkDataArray* scalars = reader->GetOutput()->GetPointData()->GetScalars();
  if (!scalars || static_cast<double>(scalars->GetNumberOfValues()) * 4.0 != bytes)
  {
    throw std::runtime_error("the reader's output is not the stack");
  }
  return times;
}

// The stack in `slabs` boxes along z, as a map-making filter pulls it.
Times TimeOfSlabs(const std::string& path, const Size& size, int slabs)
{
  const auto reader = NewReader(path, Whole);
  const std::vector<double> energies = reader->StackEnergies();
  const int thickness = size.Slices / slabs;
  std::vector<float> spectra(
    energies.size() * static_cast<std::size_t>(size.Columns) * size.Rows * thickness);
  const auto pull = [&]
  {
    for (int z = 0; z + thickness <= size.Slices; z += thickness)
    {
      const int box[6] = { 0, size.Columns - 1, 0, size.Rows - 1, z, z + thickness - 1 };
      std::string error;
      if (!reader->ReadBox(
            box, energies, spectra.data(), [](double) { return true; }, error))
      {
        throw std::runtime_error(error);
      }
    }
  };
  pull(); // touches the memory
  return TimeOf(pull);
}

double StatusKibibytes(const std::string& key)
{
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
  {
    if (line.compare(0, key.size(), key) == 0)
    {
      return std::atof(line.c_str() + key.size() + 1);
    }
  }
  return 0.0;
}

// In a process of its own: what a first read adds to the memory in use, at most.
void PrintPeak(const std::string& path)
{
  const double before = StatusKibibytes("VmRSS");
  const auto reader = NewReader(path, Whole);
  reader->Update();
  const double array = reader->GetOutput()->GetPointData()->GetScalars()->GetActualMemorySize();
  const double peak = StatusKibibytes("VmHWM");
  std::printf("  peak of a first read: array + %.1f %% (process + %.1f %%)\n",
    100.0 * ((peak - before) / array - 1.0), 100.0 * (peak / array - 1.0));
}

//------------------------------------------------------------------------------------------------

void UseThreads(int threads)
{
  setenv("VTK_SMP_MAX_THREADS", std::to_string(threads).c_str(), 1); // the reader's
  paraxanes::SetNumberOfThreads(threads);                            // ours
}

void RunFormat(
  const Format& format, const fs::path& folder, Size size, int repeat, const std::string& program)
{
  if (format.Compressed)
  {
    size.Slices = std::max(1, size.Slices / 4);
  }
  UseThreads(paraxanes::AvailableCores());
  const std::vector<std::string> paths = format.Write(folder, size);
  double fileBytes = 0.0;
  for (const std::string& path : paths)
  {
    fileBytes += static_cast<double>(fs::file_size(path));
  }
  std::printf("%s: %d energies, %d x %d x %d voxels, array %.2f GB, files %.2f GB\n",
    format.Name.c_str(), size.Energies, size.Columns, size.Rows, size.Slices,
    size.ArrayBytes() * 1e-9, fileBytes * 1e-9);
  TimeOfPlainRead(paths, Target::Buffer); // warm

  double whole = 0.0;
  for (const int threads : { 1, 2 })
  {
    UseThreads(threads);
    Series plain;
    Series plainArray;
    Series reader;
    for (int i = 0; i < repeat; ++i)
    {
      plain.Add(TimeOfPlainRead(paths, Target::Buffer));
      plainArray.Add(TimeOfPlainRead(paths, Target::NewArray));
      reader.Add(TimeOfReader(paths.front(), Whole, size.ArrayBytes()));
    }
    whole = reader.Median();
    std::printf("  %d threads   median: read() %.2f, reader %.2f, ratio %.2f   best: %.2f, %.2f, "
                "%.2f   processor: %.2f, %.2f, %.2f\n",
      threads, fileBytes * 1e-9 / plain.Median(), size.ArrayBytes() * 1e-9 / reader.Median(),
      plain.Median() / reader.Median(), fileBytes * 1e-9 / plain.Best(),
      size.ArrayBytes() * 1e-9 / reader.Best(), plain.Best() / reader.Best(),
      fileBytes * 1e-9 / plain.ProcessorMedian(),
      size.ArrayBytes() * 1e-9 / reader.ProcessorMedian(),
      plain.ProcessorMedian() / reader.ProcessorMedian());
    std::printf(
      "              read() into a new array: median %.2f, ratio %.2f   best: %.2f, %.2f\n",
      fileBytes * 1e-9 / plainArray.Median(), plainArray.Median() / reader.Median(),
      fileBytes * 1e-9 / plainArray.Best(), plainArray.Best() / reader.Best());
    std::fflush(stdout);
  }

  const int x = size.Columns;
  const int y = size.Rows;
  const int z = size.Slices;
  const std::map<std::string, VOI> parts = {
    { "z/8", { 0, -1, 0, -1, z / 2, z / 2 + z / 8 - 1 } },
    { "x/2 y/4", { x / 4, x / 4 + x / 2 - 1, y / 4, y / 4 + y / 4 - 1, 0, -1 } },
    { "x/2 y/2 z/2",
      { x / 4, x / 4 + x / 2 - 1, y / 4, y / 4 + y / 2 - 1, z / 4, z / 4 + z / 2 - 1 } },
  };
  std::printf("  VOI of 1/8, time over that of the whole stack:");
  for (const auto& part : parts)
  {
    Series times;
    for (int i = 0; i < repeat; ++i)
    {
      times.Add(TimeOfReader(paths.front(), part.second, size.ArrayBytes() / 8.0));
    }
    std::printf("  %s: 1/%.1f", part.first.c_str(), whole / times.Median());
  }
  Series pulledWhole;
  Series pulledSlabs;
  for (int i = 0; i < repeat; ++i)
  {
    pulledWhole.Add(TimeOfSlabs(paths.front(), size, 1));
    pulledSlabs.Add(TimeOfSlabs(paths.front(), size, 8));
  }
  std::printf("\n  8 slabs, time over that of one: %.2f (%.2f GB/s)\n",
    pulledSlabs.Median() / pulledWhole.Median(), size.ArrayBytes() * 1e-9 / pulledSlabs.Median());
  std::fflush(stdout);
  if (std::system((program + " peak=" + paths.front()).c_str()) != 0)
  {
    throw std::runtime_error("the process that measures the peak failed");
  }
  for (const std::string& path : paths)
  {
    fs::remove(path);
  }
}

}

int main(int argc, char** argv)
{
  std::map<std::string, std::string> options = { { "folder", "/tmp" }, { "energies", "60" },
    { "columns", "256" }, { "rows", "256" }, { "slices", "128" }, { "repeat", "5" },
    { "only", "" } };
  for (int i = 1; i < argc; ++i)
  {
    const std::string argument = argv[i];
    const std::size_t equals = std::min(argument.find('='), argument.size());
    options[argument.substr(0, equals)] = argument.substr(std::min(equals + 1, argument.size()));
  }
  if (options.count("peak") != 0)
  {
    PrintPeak(options["peak"]);
    return EXIT_SUCCESS;
  }
  const auto number = [&](const char* name) { return std::atoi(options[name].c_str()); };
  std::string folder = options["folder"] + "/BenchReader-XXXXXX";
  if (!mkdtemp(folder.data()))
  {
    std::fprintf(stderr, "%s: no folder can be made there.\n", options["folder"].c_str());
    return EXIT_FAILURE;
  }
  int result = EXIT_SUCCESS;
  try
  {
    for (const Format& format : Formats())
    {
      if (format.Name.find(options["only"]) != std::string::npos)
      {
        RunFormat(format, folder,
          { number("energies"), number("columns"), number("rows"), number("slices") },
          number("repeat"), argv[0]);
      }
    }
  }
  catch (const std::exception& exception)
  {
    std::fprintf(stderr, "%s\n", exception.what());
    result = EXIT_FAILURE;
  }
  fs::remove_all(folder);
  return result;
}
