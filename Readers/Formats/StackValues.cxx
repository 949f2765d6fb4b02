// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackValues.h"

#include "Absorbance.h"
#include "EnergyAxis.h"
#include "EnergyTable.h"
#include "Texts.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace paraxanes
{
namespace
{

// Exposure times that differ by less are the same, relative.
constexpr double SameExposure = 0.01;

// Steps of a stack that the incident light is interpolated over without a word.
constexpr double FarSteps = 5.0;

// "a", "a and b", "a, b and c"
std::string List(const std::vector<std::string>& names)
{
  std::string text;
  for (std::size_t k = 0; k < names.size(); ++k)
  {
    text += (k == 0 ? "" : k + 1 == names.size() ? " and " : ", ") + names[k];
  }
  return text;
}

// Ascending energies and positive counts.
void ReadIncident(
  const std::string& path, std::vector<double>& energies, std::vector<double>& counts)
{
  std::vector<EnergyEntry> entries = ReadEnergyTable(path);
  std::sort(entries.begin(), entries.end(),
    [](const EnergyEntry& a, const EnergyEntry& b) { return a.Energy < b.Energy; });
  for (const EnergyEntry& entry : entries)
  {
    if (!(entry.Value > 0.0) || !std::isfinite(entry.Value))
    {
      throw FormatError(path + " has no positive number beside the energy " + Text(entry.Energy) +
        " eV; two columns, energy and counts, are expected.");
    }
    if (!energies.empty() && entry.Energy == energies.back())
    {
      throw FormatError(path + " repeats the energy " + Text(entry.Energy) + " eV.");
    }
    energies.push_back(entry.Energy);
    counts.push_back(entry.Value);
  }
}

// By default there is none; any other that is not in order was meant for something.
void CheckOrder(const std::array<int, 4>& region)
{
  const bool ordered = region[1] >= region[0] && region[3] >= region[2];
  if (!ordered && region != std::array<int, 4>{ 0, -1, 0, -1 })
  {
    throw FormatError("BackgroundRegion is " + std::to_string(region[0]) + " to " +
      std::to_string(region[1]) + " along x and " + std::to_string(region[2]) + " to " +
      std::to_string(region[3]) +
      " along y; the first pixel and then the last, or 0 -1 0 -1 for none, is expected.");
  }
}

bool IsGiven(const std::array<int, 4>& region)
{
  return region[1] >= region[0] && region[3] >= region[2];
}

class Maker
{
public:
  Maker(const ValueRequest& request, const Series& series, std::vector<Frame> frames)
    : Request(request)
    , Kind(KindOf(request, series, frames))
    , Frames(std::move(frames))
  {
    const bool told = request.Kind != ValueKind::Unknown || series.Values != ValueKind::Unknown;
    // Where only the files say what the values are, they have to say the same.
    if (request.Kind == ValueKind::Unknown &&
      series.Values == this->Frames.front().File().Contents().Values)
    {
      // Incident light says that what the files leave open is counts.
      CheckOneKind(this->Frames, !told && this->Kind == ValueKind::Counts);
    }
    this->BareCounts = !told && this->Kind == ValueKind::Absorbance && HaveIntegers(this->Frames);
    this->Recipe.Kind = this->BareCounts ? ValueKind::Unknown : this->Kind;
    this->Recipe.IsGuess =
      !told && this->Kind == ValueKind::Absorbance && !this->BareCounts && series.Slices == 1;
    // Counts that are shown as they are do not become absorbance by it.
    this->Recipe.Unit = this->Kind != ValueKind::Absorbance    ? "-ln(I/I0)"
      : this->BareCounts || series.Values == ValueKind::Counts ? "counts"
      : series.Slices == 1                                     ? "-ln(I/I0)"
                           : "attenuation per length, unit of the files";
    this->Recipe.Stack.Size[0] = series.Columns;
    this->Recipe.Stack.Size[1] = series.Rows;
    this->Recipe.Stack.Size[2] = series.Slices;
    this->Recipe.Stack.Intensities = this->Kind != ValueKind::Absorbance;
  }

  ValueRecipe Make(const Series& series, FileCache& references, FileCache& darks)
  {
    CheckOrder(this->Request.BackgroundRegion);
    this->WarnOfUnused();
    this->WarnOfBareCounts();
    this->SetBackground();
    if (this->Kind == ValueKind::Counts)
    {
      this->CheckIncident();
      this->GiveReferences(references, series);
      this->GiveDarks(darks);
    }
    else
    {
      for (Frame& frame : this->Frames)
      {
        frame.References.clear();
        frame.Darks.clear();
      }
    }
    this->Recipe.Stack.Zingers =
      this->Recipe.Stack.Intensities ? this->Request.ZingerThreshold : 0.0;
    this->Recipe.Stack.Despeckle = this->Request.DespeckleReferences;
    for (Frame& frame : this->Frames)
    {
      FrameSource source;
      source.Image = std::move(frame);
      this->Recipe.Stack.Frames.push_back(std::move(source));
    }
    this->SetIncident();
    this->Describe();
    return std::move(this->Recipe);
  }

private:
  static bool HaveReferences(const std::vector<Frame>& frames)
  {
    return std::all_of(
      frames.begin(), frames.end(), [](const Frame& frame) { return !frame.References.empty(); });
  }

  static bool HaveIncident(const std::vector<Frame>& frames)
  {
    return std::all_of(
      frames.begin(), frames.end(), [](const Frame& frame) { return frame.Incident > 0.0; });
  }

  static ValueKind KindOf(
    const ValueRequest& request, const Series& series, const std::vector<Frame>& frames)
  {
    if (request.Kind != ValueKind::Unknown)
    {
      return request.Kind;
    }
    if (series.Values != ValueKind::Unknown)
    {
      return series.Values;
    }
    const bool incident = !request.I0File.empty() || !request.ReferenceFiles.empty() ||
      IsGiven(request.BackgroundRegion) || HaveReferences(frames);
    return incident ? ValueKind::Counts : ValueKind::Absorbance;
  }

  static const char* NameOfValues(const FileContents& contents, bool counts)
  {
    const bool open = contents.Values == ValueKind::Unknown;
    switch (open && counts ? ValueKind::Counts : contents.Values)
    {
      case ValueKind::Absorbance:
        return "absorbance";
      case ValueKind::Transmission:
        return "transmission";
      case ValueKind::Counts:
        return "counts";
      default:
        return contents.Integers ? "integers" : "real numbers";
    }
  }

  // Where no file names them, integers are counts, and real numbers something that was made of
  // them; both are counts where `counts` is true.
  static void CheckOneKind(const std::vector<Frame>& frames, bool counts)
  {
    const StackFile& first = frames.front().File();
    const std::string expected = NameOfValues(first.Contents(), counts);
    const auto check = [&](const StackFile& file, double energy)
    {
      const std::string found = NameOfValues(file.Contents(), counts);
      if (found != expected)
      {
        throw FormatError("The images are not of one kind: " + first.Path() + " holds " + expected +
          ", " + file.Path() + " (" + Text(energy) + " eV) " + found +
          ". Spectra are made of one kind: leave the others out (ExcludedEnergies), or set "
          "ValueType if all values mean the same.");
      }
    };
    for (const Frame& frame : frames)
    {
      for (const StackImage& image : frame.Images)
      {
        check(*image.File, frame.Energy);
        for (const auto& part : image.File->Parts())
        {
          check(*part, frame.Energy);
        }
      }
    }
  }

  static bool HaveIntegers(const std::vector<Frame>& frames)
  {
    return std::all_of(frames.begin(), frames.end(),
      [](const Frame& frame) { return frame.File().Contents().Integers; });
  }

  void WarnOfBareCounts()
  {
    if (this->BareCounts)
    {
      this->Recipe.Warnings.emplace_back(
        "The pixels are integers and there is no incident light for them: they are taken for "
        "counts and shown as they are, which is no absorbance. Give ReferenceFileNames, an I0File "
        "or a BackgroundRegion (pixels beside the sample). If they are absorbance scaled to "
        "integers, set ValueType to Absorbance.");
    }
  }

  void WarnOfUnused()
  {
    std::vector<std::string> unused;
    const auto check = [&unused](bool given, const char* name)
    {
      if (given)
      {
        unused.emplace_back(name);
      }
    };
    const bool counts = this->Kind == ValueKind::Counts;
    const bool absorbance = this->Kind == ValueKind::Absorbance;
    check(!counts && !this->Request.I0File.empty(), "I0File");
    check(!counts && !this->Request.ReferenceFiles.empty(), "ReferenceFileNames");
    check(!counts && !this->Request.DarkFiles.empty(), "DarkFileNames");
    check(absorbance && IsGiven(this->Request.BackgroundRegion), "BackgroundRegion");
    check(absorbance && this->Request.ZingerThreshold > 0.0, "ZingerThreshold");
    if (!unused.empty())
    {
      const bool byFormat = this->Request.Kind == ValueKind::Unknown;
      this->Recipe.Warnings.push_back(List(unused) + (unused.size() > 1 ? " are" : " is") +
        " not used, as the values are " + (absorbance ? "absorbance" : "transmission") +
        (byFormat ? " by what the files say. If they are counts, set ValueType to Counts."
                  : " by ValueType."));
    }
  }

  void SetBackground()
  {
    const std::array<int, 4>& region = this->Request.BackgroundRegion;
    if (!IsGiven(region) || this->Kind == ValueKind::Absorbance)
    {
      return;
    }
    const int* size = this->Recipe.Stack.Size;
    if (region[0] < 0 || region[2] < 0 || region[1] >= size[0] || region[3] >= size[1])
    {
      throw FormatError("BackgroundRegion is " + std::to_string(region[0]) + " to " +
        std::to_string(region[1]) + " along x and " + std::to_string(region[2]) + " to " +
        std::to_string(region[3]) + " along y; the images have 0 to " +
        std::to_string(size[0] - 1) + " and 0 to " + std::to_string(size[1] - 1) + ".");
    }
    this->Recipe.Stack.Background = { region[0], region[1] - region[0] + 1, 1, region[2],
      region[3] - region[2] + 1, 1 };
  }

  void CheckIncident() const
  {
    const bool spectrum = !this->Request.I0File.empty();
    if (spectrum && !this->Request.ReferenceFiles.empty())
    {
      throw FormatError("I0File and ReferenceFileNames are both given; one of them is expected.");
    }
    if (spectrum && IsGiven(this->Request.BackgroundRegion))
    {
      throw FormatError("I0File and BackgroundRegion are both given; one of them is expected.");
    }
    if (spectrum || !this->Request.ReferenceFiles.empty() || HaveReferences(this->Frames) ||
      HaveIncident(this->Frames))
    {
      return;
    }
    const auto without = std::find_if(this->Frames.begin(), this->Frames.end(),
      [](const Frame& frame) { return frame.References.empty(); });
    const auto missing = std::count_if(this->Frames.begin(), this->Frames.end(),
      [](const Frame& frame) { return frame.References.empty(); });
    const bool all = missing == static_cast<std::ptrdiff_t>(this->Frames.size());
    if (all && IsGiven(this->Request.BackgroundRegion))
    {
      return;
    }
    throw FormatError("The values are counts, and " +
      (all ? std::string("there is no incident light for them")
           : std::to_string(missing) + " of " + std::to_string(this->Frames.size()) +
            " energies have no reference image (the first: " + Text(without->Energy) + " eV)") +
      ". Give ReferenceFileNames, an I0File or a BackgroundRegion (pixels beside the sample)" +
      (all ? "" : ", or leave these energies out (ExcludedEnergies)") +
      ". ValueType Absorbance shows the values as they are.");
  }

  void GiveReferences(FileCache& cache, const Series& series)
  {
    if (this->Request.ReferenceFiles.empty())
    {
      // Those of all frames, or none beside another incident light.
      const bool used = this->Request.I0File.empty() && HaveReferences(this->Frames);
      for (Frame& frame : this->Frames)
      {
        if (!used)
        {
          frame.References.clear();
        }
      }
      return;
    }
    const std::vector<std::string> paths =
      ExpandFiles(this->Request.ReferenceFiles, this->Request.FindSeries);
    const auto references =
      MatchReferences(this->Frames, series, cache.Describe(paths, this->Request.Options));
    for (std::size_t k = 0; k < references.size(); ++k)
    {
      this->Frames[k].References = references[k];
    }
    const std::size_t images = references.front().size();
    const bool shared = references.size() > 1 &&
      references.front().front().File == references.back().front().File &&
      references.front().front().Number == references.back().front().Number;
    if (shared && images > 1)
    {
      this->Recipe.Warnings.push_back(paths.front() + " holds " + std::to_string(images) +
        " reference images without energies; their mean is used at every energy.");
    }
    this->Recipe.Files.insert(this->Recipe.Files.end(), paths.begin(), paths.end());
  }

  // Every dark image serves every energy.
  void GiveDarks(FileCache& cache)
  {
    if (this->Request.DarkFiles.empty())
    {
      return;
    }
    const std::vector<std::string> paths =
      ExpandFiles(this->Request.DarkFiles, this->Request.FindSeries);
    std::vector<StackImage> darks;
    for (const auto& file : cache.Describe(paths, this->Request.Options))
    {
      const FileContents& contents = file->Contents();
      const int* size = this->Recipe.Stack.Size;
      if (contents.Columns != size[0] || contents.Rows != size[1])
      {
        throw FormatError("The dark image " + file->Path() + " has " +
          std::to_string(contents.Columns) + " x " + std::to_string(contents.Rows) + " pixels; " +
          std::to_string(size[0]) + " x " + std::to_string(size[1]) +
          " are expected, as in the stack.");
      }
      for (int k = 0; k < contents.Images; ++k)
      {
        const auto number = static_cast<std::size_t>(k);
        const bool known = !contents.ExposureTimes.empty();
        darks.push_back({ file, k, known ? contents.ExposureTimes[number] : 0.0 });
      }
    }
    for (Frame& frame : this->Frames)
    {
      frame.Darks = darks;
    }
    this->Recipe.Files.insert(this->Recipe.Files.end(), paths.begin(), paths.end());
  }

  void SetIncident()
  {
    if (this->Kind != ValueKind::Counts)
    {
      return;
    }
    this->WarnOfDarkExposures();
    if (!this->Request.I0File.empty())
    {
      this->SetIncidentSpectrum();
    }
    else if (!this->UsesReferences())
    {
      for (FrameSource& source : this->Recipe.Stack.Frames)
      {
        source.Incident = source.Image.Incident > 0.0 ? source.Image.Incident : 1.0;
      }
    }
    else if (this->Request.ScaleByExposure)
    {
      this->ScaleByExposure();
    }
  }

  bool UsesReferences() const
  {
    const std::vector<FrameSource>& frames = this->Recipe.Stack.Frames;
    return std::all_of(frames.begin(), frames.end(),
      [](const FrameSource& frame) { return !frame.Image.References.empty(); });
  }

  bool HaveIncidentNow() const { return this->Recipe.Stack.Frames.front().Image.Incident > 0.0; }

  void SetIncidentSpectrum()
  {
    const std::string& path = this->Request.I0File;
    std::vector<double> energies;
    std::vector<double> counts;
    ReadIncident(path, energies, counts);
    for (FrameSource& frame : this->Recipe.Stack.Frames)
    {
      const std::optional<double> incident =
        InterpolateSpectrum(energies, counts, frame.Image.Energy, EnergyTolerance);
      if (!incident)
      {
        throw FormatError(path + " covers " + Text(energies.front()) + " to " +
          Text(energies.back()) + " eV, and the stack has an image at " + Text(frame.Image.Energy) +
          " eV. Give a spectrum that covers the stack, or a smaller EnergyRange.");
      }
      frame.Incident = *incident;
    }
    this->WarnOfGaps(energies);
    this->Recipe.Files.push_back(path);
  }

  // The incident light is a line between the energies of its spectrum, whatever it does there.
  void WarnOfGaps(const std::vector<double>& energies)
  {
    const std::vector<FrameSource>& frames = this->Recipe.Stack.Frames;
    const auto distance = [&](const FrameSource& frame)
    {
      const double energy = frame.Image.Energy;
      const int nearest = NearestSample(energies, energy);
      return std::abs(energies[static_cast<std::size_t>(nearest)] - energy);
    };
    const auto farthest = std::max_element(frames.begin(), frames.end(),
      [&](const FrameSource& a, const FrameSource& b) { return distance(a) < distance(b); });
    const double range = frames.back().Image.Energy - frames.front().Image.Energy;
    const double step = range / std::max(1.0, static_cast<double>(frames.size()) - 1.0);
    if (step > 0.0 && distance(*farthest) > FarSteps * step)
    {
      this->Recipe.Warnings.push_back(BaseName(this->Request.I0File) + " is " +
        Text(distance(*farthest), 4) + " eV away from the image at " +
        Text(farthest->Image.Energy) + " eV, and the steps of the stack are " + Text(step, 3) +
        " eV: the incident light is interpolated over this gap.");
    }
  }

  // Seconds of all images; how many are known.
  static double TotalExposure(const std::vector<StackImage>& images, std::size_t& known)
  {
    double total = 0.0;
    for (const StackImage& image : images)
    {
      total += image.ExposureTime;
      known += image.ExposureTime > 0.0 ? 1 : 0;
    }
    return total;
  }

  // Counts per second: the sum of the counts by the sum of the times, on both sides. All energies
  // or none, or the spectrum would have steps.
  void ScaleByExposure()
  {
    std::vector<double> scales;
    std::size_t known = 0;
    std::size_t images = 0;
    for (const FrameSource& frame : this->Recipe.Stack.Frames)
    {
      const std::vector<StackImage>& samples = frame.Image.Images;
      const std::vector<StackImage>& references = frame.Image.References;
      images += samples.size() + references.size();
      const double ofSamples = TotalExposure(samples, known) / static_cast<double>(samples.size());
      const double ofReferences =
        TotalExposure(references, known) / static_cast<double>(references.size());
      scales.push_back(ofSamples / ofReferences);
    }
    if (known < images)
    {
      if (known > 0)
      {
        this->Recipe.Warnings.push_back("Exposure times are known for " + std::to_string(known) +
          " of " + std::to_string(images) +
          " images of samples and references: no image is scaled by its exposure.");
      }
      return;
    }
    for (std::size_t k = 0; k < scales.size(); ++k)
    {
      this->Recipe.Stack.Frames[k].Incident = scales[k];
    }
    this->Scaled = true;
  }

  // A dark is subtracted as it is: the largest part of it is the camera's offset, which does not
  // grow with time.
  void WarnOfDarkExposures()
  {
    for (const FrameSource& frame : this->Recipe.Stack.Frames)
    {
      const double ofSample = frame.Image.Images.front().ExposureTime;
      for (const StackImage& dark : frame.Image.Darks)
      {
        const bool known = dark.ExposureTime > 0.0 && ofSample > 0.0;
        if (known && std::abs(dark.ExposureTime - ofSample) > SameExposure * ofSample)
        {
          this->Recipe.Warnings.push_back("Dark images were exposed for " +
            Text(dark.ExposureTime) + " s, images of the sample for " + Text(ofSample) +
            " s. Darks are subtracted as they are; take some with the exposure of the sample.");
          return;
        }
      }
    }
  }

  void Describe()
  {
    const std::vector<FrameSource>& frames = this->Recipe.Stack.Frames;
    const auto number = [&](const char* name, std::vector<StackImage> Frame::*images)
    {
      std::vector<double> counts;
      for (const FrameSource& frame : frames)
      {
        counts.push_back(static_cast<double>((frame.Image.*images).size()));
      }
      const double largest = *std::max_element(counts.begin(), counts.end());
      if (largest > 0.0)
      {
        this->Recipe.Numbers.emplace_back(name, counts);
      }
      return largest > 0.0;
    };
    number("exposures", &Frame::Images);
    const bool references = number("references", &Frame::References);
    const bool darks = number("darks", &Frame::Darks);
    const bool background = this->Recipe.Stack.Background.Columns > 0;
    if (this->Kind == ValueKind::Absorbance)
    {
      this->Recipe.From = this->BareCounts
        ? "the values of the files: integers without incident light, taken for counts"
        : "the values of the files";
      return;
    }
    const bool counts = this->Kind == ValueKind::Counts;
    const std::string per = this->Scaled ? " per second" : "";
    std::string text = !counts ? "transmission" : darks ? "(counts - dark)" : "counts";
    text += per;
    if (references)
    {
      const char* whose =
        this->Request.ReferenceFiles.empty() ? "references of the files" : "reference images";
      text += std::string(" / ") + (darks ? "(" : "") + whose + (darks ? " - dark)" : "") + per;
    }
    else if (counts && !this->Request.I0File.empty())
    {
      text += " / " + BaseName(this->Request.I0File);
    }
    else if (counts && HaveIncidentNow())
    {
      text += " / i0";
    }
    this->Recipe.From = "-ln(" + text + (background ? " / background region" : "") + ")";
  }

  const ValueRequest& Request;
  const ValueKind Kind;
  std::vector<Frame> Frames;
  ValueRecipe Recipe;
  bool BareCounts = false; // integers that nobody calls absorbance
  bool Scaled = false;
};

}

ValueRecipe MakeValueRecipe(const ValueRequest& request, const Series& series,
  std::vector<Frame> frames, FileCache& references, FileCache& darks)
{
  return Maker(request, series, std::move(frames)).Make(series, references, darks);
}

}
