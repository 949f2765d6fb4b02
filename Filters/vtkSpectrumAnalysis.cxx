// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkSpectrumAnalysis.h"

#include "CommonFields.h"
#include "EdgeAnalysis.h"
#include "EnergyStack.h"
#include "MapRun.h"
#include "PeakRatio.h"
#include "Ranks.h"
#include "SpectrumCurves.h"
#include "SpectrumRows.h"
#include "StackRun.h"
#include "TableColumns.h"

#include <vtkAbstractArray.h>
#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkFieldData.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkIntArray.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkStringArray.h>
#include <vtkTable.h>
#include <vtkVariant.h>
#include <vtksys/SystemTools.hxx>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <set>
#include <type_traits>

vtkStandardNewMacro(vtkSpectrumAnalysis);

namespace
{

using paraxanes::AddColumn;
using paraxanes::InputError;
using paraxanes::TextOf;

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t FewestEnergies = 4;
constexpr double LargestOfKeV = 100.0;    // energies below are in keV
constexpr double ExclusionReach = 0.05;   // eV, as that of TXM Stack Reader
constexpr std::size_t MostSpectra = 1000; // a row each
constexpr double MostValues = 1e8;        // of the curves

// The numbers of a column; null where it has none.
vtkDataArray* NumbersOf(vtkTable* table, const std::string& name)
{
  auto* column = vtkDataArray::SafeDownCast(table->GetColumnByName(name.c_str()));
  return column && column->GetNumberOfComponents() == 1 ? column : nullptr;
}

// Whether both peaks were found.
std::string MeaningOf(const paraxanes::PeakRatio& peaks)
{
  const auto of = [](const char* which, const paraxanes::EdgeResult& peak)
  {
    return peak.Code == paraxanes::Validity::Valid
      ? std::string()
      : std::string(which) + paraxanes::MeaningOf(peak.Code);
  };
  const std::string low = of("low peak: ", peaks.Low);
  const std::string high = of("high peak: ", peaks.High);
  const std::string found = std::isnan(peaks.Ratio) ? "low peak: not above the pre-edge" : "valid";
  const std::string both = low.empty() || high.empty() ? "" : ", ";
  return low.empty() && high.empty() ? found : low + both + high;
}

bool AreFinite(const std::vector<double>& values)
{
  return std::all_of(
    values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

}

struct vtkSpectrumAnalysis::Spectrum
{
  std::string Name; // of the column, at first
  std::vector<double> Mu;
  paraxanes::SpectrumCurves Curves;
  // What was taken; as it is here where nothing could be.
  std::string Edge;
  paraxanes::NormalizationSettings Settings;
  paraxanes::EnergyRange Window = { NaN, NaN };
  paraxanes::PeakRatio Peaks;
  std::string PeaksProblem; // why they were not looked for

  Spectrum()
  {
    this->Settings.E0 = NaN;
    this->Settings.PreEdge = this->Settings.PostEdge = { NaN, NaN };
    this->Settings.PreEdgeDegree = this->Settings.PostEdgeDegree = -1;
  }
};

struct vtkSpectrumAnalysis::Table
{
  std::string Name; // of its file, else its number
  std::string Who;  // for messages
  vtkTable* Input = nullptr;
  std::vector<double> Energies; // eV
  std::vector<Spectrum> Spectra;
};

std::size_t vtkSpectrumAnalysis::CountSpectra(const std::vector<Table>& tables)
{
  std::size_t count = 0;
  for (const Table& table : tables)
  {
    count += table.Spectra.size();
  }
  return count;
}

// What was found so far.
struct vtkSpectrumAnalysis::Results
{
  Results(std::size_t count, const std::vector<int>& methods)
    : Rows(count, methods, true)
  {
  }

  // Of a spectrum that was analysed.
  void AddFields(vtkDataObject* own)
  {
    vtkFieldData* common = this->Common->GetFieldData();
    if (this->Analyzed++ == 0)
    {
      common->PassData(own->GetFieldData());
    }
    paraxanes::KeepCommon(common, own->GetFieldData());
  }

  paraxanes::SpectrumRows Rows;
  std::size_t Next = 0; // row
  std::size_t Analyzed = 0;
  vtkNew<vtkTable> Common; // what all spectra share, as field data
  std::string NotFinite;   // names of spectra
  std::string Unresolved;
  std::string Reason; // of the first of these
  paraxanes::CrossingsElsewhere Elsewhere;
  std::size_t WithPeaks = 0;
  std::string PeaksReason; // of the first spectrum without
};

vtkSpectrumAnalysis::vtkSpectrumAnalysis()
{
  this->SetNumberOfOutputPorts(2);
}

vtkSpectrumAnalysis::~vtkSpectrumAnalysis() = default;

void vtkSpectrumAnalysis::AddMuColumn(const char* name)
{
  this->MuColumns.emplace_back(name ? name : "");
  this->Modified();
}

void vtkSpectrumAnalysis::RemoveAllMuColumns()
{
  this->MuColumns.clear();
  this->Modified();
}

void vtkSpectrumAnalysis::AddExcludedEnergy(double energy)
{
  this->ExcludedEnergies.push_back(energy);
  this->Modified();
}

void vtkSpectrumAnalysis::RemoveAllExcludedEnergies()
{
  this->ExcludedEnergies.clear();
  this->Modified();
}

int vtkSpectrumAnalysis::FillInputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkTable");
  info->Set(vtkAlgorithm::INPUT_IS_REPEATABLE(), 1);
  return 1;
}

int vtkSpectrumAnalysis::FillOutputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkDataObject::DATA_TYPE_NAME(), "vtkTable");
  return 1;
}

int vtkSpectrumAnalysis::RequestInformation(
  vtkInformation*, vtkInformationVector**, vtkInformationVector*)
{
  return 1;
}

int vtkSpectrumAnalysis::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector**, vtkInformationVector*)
{
  return 1; // the default: tables have no extent
}

int vtkSpectrumAnalysis::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  // Of whatever port the request came from.
  vtkInformation* request = inputVector[0]->GetInformationObject(0);
  vtkTable* curves = vtkTable::GetData(outputVector, 0);
  vtkTable* results = vtkTable::GetData(outputVector, 1);
  const paraxanes::Ranks ranks(request);
  this->ForgetWarnings();
  // The reader's tables have rows on the first rank only.
  const auto work = [&](std::string& problem)
  { return !ranks.IsRoot() || this->Execute(inputVector[0], curves, results, problem); };
  std::string error;
  if (ranks.AllDo(work, error))
  {
    return 1;
  }
  curves->Initialize();
  results->Initialize();
  if (error.empty())
  {
    return paraxanes::EndStopped(this);
  }
  vtkErrorMacro(<< error);
  return 0;
}

// Throws InputError.
void vtkSpectrumAnalysis::ReadTable(vtkTable* input, Table& table)
{
  const auto rows = static_cast<std::size_t>(input->GetNumberOfRows());
  const std::string has =
    TextOf(table.Who, " has ", rows, " rows and ", paraxanes::ColumnNames(input), "; ");
  const std::string energyName = this->EnergyColumn.empty() ? "energy (eV)" : this->EnergyColumn;
  if (!NumbersOf(input, energyName))
  {
    throw InputError(has + "there is no column of numbers \"" + energyName +
      "\". Set EnergyColumn to that of the energies, in eV.");
  }
  table.Energies = paraxanes::ColumnOf(input, energyName.c_str());
  const std::string wrong = paraxanes::CheckEnergies(table.Energies);
  if (!wrong.empty())
  {
    throw InputError(table.Who + ": " + wrong +
      ". Energies have to ascend; sort the rows, or read the file with XAS Spectrum Reader, which "
      "sorts them and averages repeated ones.");
  }
  if (rows > 0 && table.Energies.back() < LargestOfKeV)
  {
    throw InputError(TextOf(table.Who, " has energies from ", table.Energies.front(), " to ",
      table.Energies.back(),
      "; eV are expected, and these look like keV. XAS Spectrum Reader converts them."));
  }
  const std::vector<std::string> wanted =
    this->MuColumns.empty() ? std::vector<std::string>{ "mu" } : this->MuColumns;
  for (const std::string& name : wanted)
  {
    if (name != energyName && NumbersOf(input, name))
    {
      table.Spectra.emplace_back();
      table.Spectra.back().Name = name;
      table.Spectra.back().Mu = paraxanes::ColumnOf(input, name.c_str());
    }
  }
  if (table.Spectra.empty())
  {
    throw InputError(has + "there is no column of numbers \"" + wanted.front() + "\"" +
      (wanted.size() > 1 ? " nor one of the others that are chosen" : "") +
      ". Set MuColumns to those of the spectra.");
  }
}

void vtkSpectrumAnalysis::ExcludeEnergies(Table& table, std::vector<bool>& matched) const
{
  for (std::size_t i = 0; i < this->ExcludedEnergies.size() && !table.Energies.empty(); ++i)
  {
    const double excluded = this->ExcludedEnergies[i];
    const int nearest = paraxanes::NearestSample(table.Energies, excluded);
    if (std::abs(table.Energies[static_cast<std::size_t>(nearest)] - excluded) <= ExclusionReach)
    {
      matched[i] = true;
      table.Energies.erase(table.Energies.begin() + nearest);
      for (Spectrum& spectrum : table.Spectra)
      {
        spectrum.Mu.erase(spectrum.Mu.begin() + nearest);
      }
    }
  }
}

// Throws InputError.
std::vector<vtkSpectrumAnalysis::Table> vtkSpectrumAnalysis::ReadTables(
  vtkInformationVector* inputs)
{
  std::vector<Table> tables;
  std::vector<bool> matched(this->ExcludedEnergies.size(), false);
  std::set<std::string> names;
  const int count = inputs->GetNumberOfInformationObjects();
  for (int i = 0; i < count; ++i)
  {
    Table table;
    table.Input = vtkTable::GetData(inputs, i);
    const std::string source = paraxanes::GetField(table.Input, "source");
    table.Name = source.empty() ? std::to_string(i + 1)
                                : vtksys::SystemTools::GetFilenameWithoutLastExtension(source);
    table.Who = "Input " + std::to_string(i + 1) + (source.empty() ? "" : " (" + source + ")");
    this->ReadTable(table.Input, table);
    this->ExcludeEnergies(table, matched);
    if (table.Energies.size() < FewestEnergies)
    {
      throw InputError(TextOf(table.Who, " has ", table.Energies.size(),
        " energies that are not excluded; at least ", FewestEnergies, " are needed."));
    }
    const bool several = table.Spectra.size() > 1;
    for (Spectrum& spectrum : table.Spectra)
    {
      const std::string name = !several ? table.Name
        : count > 1                     ? table.Name + " " + spectrum.Name
                                        : spectrum.Name;
      spectrum.Name = name;
      for (int k = 2; !names.insert(spectrum.Name).second; ++k)
      {
        spectrum.Name = TextOf(name, " (", k, ")");
      }
    }
    tables.push_back(std::move(table));
  }
  std::string missing;
  for (const std::string& name : this->MuColumns)
  {
    const bool exists = std::any_of(tables.begin(), tables.end(),
      [&](const Table& table) { return NumbersOf(table.Input, name) != nullptr; });
    missing += exists ? "" : (missing.empty() ? "\"" : ", \"") + name + "\"";
  }
  if (!missing.empty())
  {
    vtkWarningMacro("MuColumns has " << missing << ", but no input has such a column of numbers.");
  }
  if (names.size() > MostSpectra)
  {
    throw InputError(TextOf("There are ", names.size(), " spectra, and at most ", MostSpectra,
      " are analysed at once. Choose fewer MuColumns or inputs."));
  }
  for (std::size_t i = 0; i < matched.size(); ++i)
  {
    if (!matched[i])
    {
      vtkWarningMacro("ExcludedEnergies has " << this->ExcludedEnergies[i]
                                              << " eV, but no energy within " << ExclusionReach
                                              << " eV of it is in the spectra.");
    }
  }
  return tables;
}

// On the first rank.
bool vtkSpectrumAnalysis::Execute(
  vtkInformationVector* inputs, vtkTable* curves, vtkTable* results, std::string& error)
{
  std::vector<Table> tables = this->ReadTables(inputs);
  Results found(CountSpectra(tables), this->WantedMethods());
  for (Table& table : tables)
  {
    if (!this->AnalyzeTable(inputs->GetInformationObject(0), table, found))
    {
      return false;
    }
  }
  if (found.Analyzed == 0 && !found.Reason.empty())
  {
    error = found.Reason;
    return false;
  }
  if (found.WithPeaks == 0 && !found.PeaksReason.empty())
  {
    error = found.PeaksReason;
    return false;
  }
  if (!found.NotFinite.empty())
  {
    vtkWarningMacro("Spectra that hold values that are not finite have validity 2: "
      << found.NotFinite << ". Exclude these energies, or mend the tables.");
  }
  if (!found.Unresolved.empty())
  {
    vtkWarningMacro("Spectra that cannot be normalised have validity 8: " << found.Unresolved
                                                                          << ". " << found.Reason);
  }
  if (const std::string text = found.Elsewhere.Warning(); !text.empty())
  {
    vtkWarningMacro(<< text);
  }
  WriteCurves(tables, curves);
  WriteResults(tables, found, results);
  for (vtkTable* table : { curves, results })
  {
    table->GetFieldData()->Initialize(); // those of the first table
    table->GetFieldData()->PassData(found.Common->GetFieldData());
  }
  return this->Step(1.0);
}

bool vtkSpectrumAnalysis::ResolvePeaks(
  const paraxanes::StackRun& run, paraxanes::PeakRatioSettings& peaks, std::string& error) const
{
  const auto isGiven = [](const double range[2]) { return range[0] != 0.0 || range[1] != 0.0; };
  const bool areKnown = paraxanes::DefaultPeaks(run.Element, run.Edge, peaks);
  if (!areKnown && !(isGiven(this->LowPeak) && isGiven(this->HighPeak)))
  {
    error = "PeakRatio: there are no default windows for the peaks of " +
      (run.Element.empty() ? "an edge without a name" : run.Element + " " + run.Edge) +
      ", only for Ni L3. Set LowPeak and HighPeak to the energies between which the peaks of a "
      "reference spectrum lie, in eV" +
      (run.Element.empty() ? ", or Element and Edge." : ".");
    return false;
  }
  const double e0 = run.Normalization.Settings.E0;
  peaks.Low = this->ResolveRange(this->LowPeak, peaks.Low, e0);
  peaks.High = this->ResolveRange(this->HighPeak, peaks.High, e0);
  peaks.LocalFitDegree = this->LocalFitDegree;
  peaks.LocalFitHalfWidth = this->LocalFitHalfWidth;
  error = paraxanes::CheckPeaks(run.Energies, peaks);
  if (!error.empty())
  {
    error = "PeakRatio: " + error + ". Set LowPeak and HighPeak, or the local fit.";
  }
  return error.empty();
}

// False when the user stopped it. Throws InputError.
bool vtkSpectrumAnalysis::AnalyzeTable(vtkInformation* request, Table& table, Results& found)
{
  // The run of a stack of these energies, without an image.
  vtkNew<vtkImageData> noImage;
  noImage->GetFieldData()->PassData(table.Input->GetFieldData());
  paraxanes::StackRun run(request, noImage, nullptr);
  run.Energies = table.Energies;
  paraxanes::EdgeAnalysis analysis;
  paraxanes::PeakRatioSettings peaks;
  const bool eachItsOwn = this->E0Source == MEAN_SPECTRUM || this->NeedsMeanSpectrum();
  bool isTried = false;
  bool isResolved = false;
  bool hasPeaks = false;
  std::string problem;
  std::string peaksProblem;
  const auto add = [](std::string& names, const Spectrum& spectrum)
  { names += (names.empty() ? "" : ", ") + spectrum.Name; };
  for (Spectrum& spectrum : table.Spectra)
  {
    const std::size_t row = found.Next++;
    if (!this->Step(static_cast<double>(row) / static_cast<double>(found.Rows.Validity.size())))
    {
      return false;
    }
    if (!AreFinite(spectrum.Mu))
    {
      found.Rows.Validity[row] = static_cast<std::uint8_t>(paraxanes::Validity::NotFinite);
      add(found.NotFinite, spectrum);
      continue;
    }
    if (!isTried || eachItsOwn)
    {
      run.Mean = spectrum.Mu;
      problem.clear();
      isResolved =
        this->ResolveNormalization(run, problem) && this->ResolveAnalysis(run, analysis, problem);
      isTried = true;
      peaksProblem.clear();
      hasPeaks = isResolved && this->PeakRatio && this->ResolvePeaks(run, peaks, peaksProblem);
    }
    if (!isResolved)
    {
      found.Rows.Validity[row] = static_cast<std::uint8_t>(paraxanes::Validity::NotNormalized);
      add(found.Unresolved, spectrum);
      found.Reason = found.Reason.empty() ? spectrum.Name + ": " + problem : found.Reason;
      continue;
    }
    paraxanes::AnalyzeSpectra(analysis, spectrum.Mu.data(), 1, nullptr,
      found.Rows.Maps().From(static_cast<std::int64_t>(row)));
    spectrum.Curves = paraxanes::FindCurves(run.Normalization, spectrum.Mu);
    found.Elsewhere.Look(spectrum.Name, static_cast<paraxanes::Validity>(found.Rows.Validity[row]),
      analysis, spectrum.Curves.Normalized);
    spectrum.Edge = run.Element + (run.Element.empty() ? "" : " ") + run.Edge;
    spectrum.Settings = run.Normalization.Settings;
    spectrum.Window = analysis.Methods.Search().Crossing.Window;

    vtkNew<vtkTable> own;
    own->GetFieldData()->PassData(table.Input->GetFieldData());
    this->WriteProvenance(run, own);
    this->WriteSearch(analysis.Methods.Search(), own);
    spectrum.PeaksProblem = peaksProblem;
    if (found.PeaksReason.empty() && !peaksProblem.empty())
    {
      found.PeaksReason = spectrum.Name + ": " + peaksProblem;
    }
    if (hasPeaks)
    {
      ++found.WithPeaks;
      spectrum.Peaks =
        paraxanes::FindPeakRatio(run.Normalization, run.Energies, spectrum.Mu, peaks);
      const auto write = [&](const char* name, const paraxanes::EnergyRange& window) {
        paraxanes::SetField(own, name, std::vector<double>{ window.Low, window.High });
      };
      write("peak_low_window", peaks.Low);
      write("peak_high_window", peaks.High);
    }
    found.AddFields(own);
  }
  return true;
}

void vtkSpectrumAnalysis::WriteCurves(const std::vector<Table>& tables, vtkTable* curves)
{
  // Where the energies of each table begin.
  std::vector<double> energies;
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < tables.size(); ++i)
  {
    const auto same = std::find_if(tables.begin(), tables.begin() + static_cast<std::ptrdiff_t>(i),
      [&](const Table& other) { return other.Energies == tables[i].Energies; });
    const auto earlier = static_cast<std::size_t>(same - tables.begin());
    first.push_back(earlier < i ? first[earlier] : energies.size());
    if (earlier == i)
    {
      energies.insert(energies.end(), tables[i].Energies.begin(), tables[i].Energies.end());
    }
  }
  const std::size_t count = CountSpectra(tables);
  const bool withFits = count <= paraxanes::MostWithFits;
  const double values = static_cast<double>(energies.size()) * static_cast<double>(count);
  if (values > MostValues)
  {
    throw InputError(TextOf(count, " spectra of so many different energies make a table of ",
      energies.size(), " rows, which is too large. Choose fewer inputs."));
  }

  AddColumn<vtkDoubleArray>(curves, "energy (eV)", energies);
  for (std::size_t i = 0; i < tables.size(); ++i)
  {
    const auto inRows = [&](const std::vector<double>& curve)
    {
      std::vector<double> column(energies.size(), NaN);
      std::copy(curve.begin(), curve.end(), column.begin() + static_cast<std::ptrdiff_t>(first[i]));
      return column;
    };
    for (const Spectrum& spectrum : tables[i].Spectra)
    {
      const paraxanes::SpectrumCurves& of = spectrum.Curves;
      paraxanes::AddCurves(curves, spectrum.Name, inRows(spectrum.Mu),
        { inRows(of.PreEdge), inRows(of.PostEdge), inRows(of.Normalized) }, withFits);
    }
  }
}

void vtkSpectrumAnalysis::WriteResults(
  const std::vector<Table>& tables, const Results& found, vtkTable* results) const
{
  std::vector<std::string> meanings;
  for (const std::uint8_t code : found.Rows.Validity)
  {
    meanings.emplace_back(paraxanes::MeaningOf(static_cast<paraxanes::Validity>(code)));
  }
  // A column with what a spectrum has.
  const auto add = [&](auto* array, const char* name, auto value)
  {
    std::vector<decltype(value(tables[0].Spectra[0]))> column;
    for (const Table& table : tables)
    {
      std::transform(table.Spectra.begin(), table.Spectra.end(), std::back_inserter(column), value);
    }
    AddColumn<std::remove_pointer_t<decltype(array)>>(results, name, column);
  };
  vtkStringArray* const text = nullptr;
  vtkDoubleArray* const number = nullptr;
  vtkIntArray* const integer = nullptr;

  add(text, "name", [](const Spectrum& s) { return s.Name; });
  add(text, "edge", [](const Spectrum& s) { return s.Edge; });
  add(number, "E0 (eV)", [](const Spectrum& s) { return s.Settings.E0; });
  found.Rows.AddEdges(results);
  AddColumn<vtkStringArray>(results, "meaning", meanings);
  if (this->PeakRatio)
  {
    add(number, "peak_low_energy (eV)", [](const Spectrum& s) { return s.Peaks.Low.Energy; });
    add(number, "peak_low_height", [](const Spectrum& s) { return s.Peaks.Low.Height; });
    add(number, "peak_high_energy (eV)", [](const Spectrum& s) { return s.Peaks.High.Energy; });
    add(number, "peak_high_height", [](const Spectrum& s) { return s.Peaks.High.Height; });
    add(number, "peak_ratio", [](const Spectrum& s) { return s.Peaks.Ratio; });
    add(number, "peak_ratio_error", [](const Spectrum& s) { return s.Peaks.Error; });
    add(text, "peaks",
      [](const Spectrum& s)
      { return s.PeaksProblem.empty() ? MeaningOf(s.Peaks) : s.PeaksProblem; });
  }
  found.Rows.AddQuality(results);
  add(number, "pre-edge from (eV)", [](const Spectrum& s) { return s.Settings.PreEdge.Low; });
  add(number, "pre-edge to (eV)", [](const Spectrum& s) { return s.Settings.PreEdge.High; });
  add(integer, "pre-edge degree", [](const Spectrum& s) { return s.Settings.PreEdgeDegree; });
  add(number, "post-edge from (eV)", [](const Spectrum& s) { return s.Settings.PostEdge.Low; });
  add(number, "post-edge to (eV)", [](const Spectrum& s) { return s.Settings.PostEdge.High; });
  add(integer, "post-edge degree", [](const Spectrum& s) { return s.Settings.PostEdgeDegree; });
  add(number, "window from (eV)", [](const Spectrum& s) { return s.Window.Low; });
  add(number, "window to (eV)", [](const Spectrum& s) { return s.Window.High; });
}

void vtkSpectrumAnalysis::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "EnergyColumn: " << this->EnergyColumn << "\n";
  os << indent << "MuColumns:";
  for (const std::string& name : this->MuColumns)
  {
    os << " \"" << name << "\"";
  }
  os << "\n";
  os << indent << "ExcludedEnergies: " << this->ExcludedEnergies.size() << " energies\n";
  os << indent << "PeakRatio: " << this->PeakRatio << "\n";
  os << indent << "LowPeak: " << this->LowPeak[0] << " to " << this->LowPeak[1] << " eV\n";
  os << indent << "HighPeak: " << this->HighPeak[0] << " to " << this->HighPeak[1] << " eV\n";
}
