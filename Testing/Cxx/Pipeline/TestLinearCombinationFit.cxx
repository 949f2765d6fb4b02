// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * Linear Combination Fit in pipelines, on mixtures whose fractions are known.
 */
#include "EnergyStack.h"
#include "vtkEnergyStackSource.h"
#include "vtkLinearCombinationFit.h"
#include "vtkXANESNormalize.h"
#include "vtkXASSpectrumReader.h"

#include <vtkAOSDataArrayTemplate.h>
#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkExecutive.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>
#include <vtkTable.h>
#include <vtkTestErrorObserver.h>
#include <vtkUnsignedCharArray.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <random>

namespace
{

using Spectrum = std::vector<double>;

Spectrum ScanEnergies()
{
  Spectrum energies;
  for (double e = 8150.0; e < 8310.0; e += 12.5)
  {
    energies.push_back(e);
  }
  for (double e = 8320.0; e < 8370.0; e += 0.9)
  {
    energies.push_back(e);
  }
  for (double e = 8380.0; e < 8600.0; e += 17.0)
  {
    energies.push_back(e);
  }
  return energies;
}

// Energies of references: those of the scan and what is between them.
Spectrum ReferenceEnergies()
{
  const Spectrum scan = ScanEnergies();
  Spectrum energies = { scan.front() - 5.0 };
  for (std::size_t k = 0; k < scan.size(); ++k)
  {
    energies.push_back(scan[k]);
    energies.push_back(k + 1 < scan.size() ? 0.5 * (scan[k] + scan[k + 1]) : scan[k] + 5.0);
  }
  return energies;
}

// Raw spectra of three substances, each with a background and an edge jump of its own.
double Jump(int i)
{
  return 0.6 + 0.3 * i;
}

double Raw(int i, double energy)
{
  const double x = energy - (8341.0 + 2.2 * i);
  const double rise = std::min(1.0, std::max(0.0, x / 6.0 + 0.5));
  const double line =
    std::abs(x) > 30.0 ? 0.0 : (0.3 + 0.15 * i) * std::exp(-0.5 * std::pow((x - 5.0) / 2.5, 2));
  return 0.2 + 0.1 * i - (1.0 + i) * 1e-4 * (energy - 8333.0) + Jump(i) * (rise + line);
}

vtkSmartPointer<vtkTable> Table(
  const Spectrum& energies, const Spectrum& values, const std::string& source = "")
{
  auto table = vtkSmartPointer<vtkTable>::New();
  const auto add = [&](const char* name, const Spectrum& column)
  {
    vtkNew<vtkDoubleArray> array;
    array->SetName(name);
    for (const double value : column)
    {
      array->InsertNextValue(value);
    }
    table->AddColumn(array);
  };
  add("energy (eV)", energies);
  add("mu", values);
  if (!source.empty())
  {
    paraxanes::SetField(table, "source", source);
  }
  return table;
}

vtkSmartPointer<vtkTable> ReferenceTable(int i)
{
  Spectrum mu;
  for (const double energy : ReferenceEnergies())
  {
    mu.push_back(Raw(i, energy));
  }
  return Table(ReferenceEnergies(), mu, std::string(1, static_cast<char>('A' + i)) + ".xdi");
}

// Amounts of the substances in a voxel.
double Amount(int i, int x, int y)
{
  return 0.1 + 0.1 * ((x + 3 * y + 5 * i) % 7);
}

// The fraction is that of the absorbing atoms, so that the edge jumps count.
double Fraction(int i, int x, int y, int substances)
{
  double sum = 0.0;
  for (int j = 0; j < substances; ++j)
  {
    sum += Amount(j, x, y) * Jump(j);
  }
  return Amount(i, x, y) * Jump(i) / sum;
}

class MixtureSource : public vtkEnergyStackSource
{
public:
  static MixtureSource* New();
  vtkTypeMacro(MixtureSource, vtkEnergyStackSource);
  int Substances = 3;

protected:
  bool DescribeStack(StackDescription& stack, std::string&) override
  {
    stack.Whole = { 0, 9, 0, 11, 0, 7 };
    stack.Energies = ScanEnergies();
    stack.Texts = { { "element", "Ni" }, { "edge", "K" }, { "absorbance_unit", "1" } };
    return true;
  }

  bool FillSpectra(const StackDescription& stack, const paraxanes::Extent& box,
    EnergyIndices energies, float* spectra, paraxanes::ComponentRanges&, const ProgressFunction&,
    std::string&) override
  {
    for (int z = box[4]; z <= box[5]; ++z)
    {
      for (int y = box[2]; y <= box[3]; ++y)
      {
        for (int x = box[0]; x <= box[1]; ++x)
        {
          for (int k = energies.First; k < energies.Last; ++k)
          {
            double mu = 0.0;
            for (int i = 0; i < this->Substances; ++i)
            {
              mu += Amount(i, x, y) * Raw(i, stack.Energies[static_cast<std::size_t>(k)]);
            }
            *spectra++ = static_cast<float>(mu);
          }
        }
      }
    }
    return true;
  }
};
vtkStandardNewMacro(MixtureSource);

struct Errors
{
  explicit Errors(vtkAlgorithm* algorithm)
  {
    algorithm->AddObserver(vtkCommand::ErrorEvent, this->OfAlgorithm);
    algorithm->AddObserver(vtkCommand::WarningEvent, this->OfAlgorithm);
    algorithm->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->OfExecutive);
  }
  std::string Message() { return this->OfAlgorithm->GetErrorMessage(); }
  std::string Warning() { return this->OfAlgorithm->GetWarningMessage(); }
  vtkNew<vtkTest::ErrorObserver> OfAlgorithm;
  vtkNew<vtkTest::ErrorObserver> OfExecutive;
};

std::vector<float> Values(vtkImageData* image, const std::string& name)
{
  auto* array = vtkFloatArray::SafeDownCast(image->GetPointData()->GetArray(name.c_str()));
  if (!array)
  {
    ADD_FAILURE() << "no array " << name;
    return {};
  }
  return { array->GetPointer(0), array->GetPointer(0) + array->GetNumberOfValues() };
}

void AddReferences(vtkLinearCombinationFit* filter, int count = 3)
{
  for (int i = 0; i < count; ++i)
  {
    filter->AddInputDataObject(1, ReferenceTable(i));
  }
}

void ExpectTrueFractions(vtkImageData* image, double tolerance = 1e-6)
{
  for (int i = 0; i < 3; ++i)
  {
    const std::string name = "fraction_" + std::string(1, static_cast<char>('A' + i));
    const std::vector<float> fractions = Values(image, name);
    for (std::size_t v = 0; v < fractions.size(); ++v)
    {
      double p[3];
      image->GetPoint(static_cast<vtkIdType>(v), p);
      ASSERT_NEAR(
        fractions[v], Fraction(i, static_cast<int>(p[0]), static_cast<int>(p[1]), 3), tolerance)
        << name << " of voxel " << v;
    }
  }
}

TEST(LinearCombinationFit, FindsTheFractionsOfRawMixtures)
{
  vtkNew<MixtureSource> source;
  vtkNew<vtkLinearCombinationFit> filter;
  filter->SetInputConnection(source->GetOutputPort());
  AddReferences(filter);
  filter->SetMode(vtkLinearCombinationFit::EDGE_STEP);
  for (int constraint = 0; constraint < 4; ++constraint)
  {
    filter->SetConstraint(constraint);
    filter->Update();
    ExpectTrueFractions(filter->GetOutput());
  }
  vtkImageData* output = filter->GetOutput();
  for (const float r : Values(output, "lcf_r_factor"))
  {
    EXPECT_NEAR(r, 0.0f, 1e-9f);
  }
  EXPECT_TRUE(output->GetPointData()->HasArray("edge_jump"));
  EXPECT_FALSE(output->GetPointData()->HasArray("absorbance"));
  auto* codes = vtkUnsignedCharArray::SafeDownCast(output->GetPointData()->GetArray("validity"));
  ASSERT_TRUE(codes);
  EXPECT_EQ(codes->GetRange()[1], 0.0);
  EXPECT_STREQ(output->GetPointData()->GetScalars()->GetName(), "fraction_A");
  EXPECT_EQ(paraxanes::GetField(output, "lcf_references"), "A, B, C");
  EXPECT_EQ(paraxanes::GetField(output, "lcf_constraint"), "NonNegativeSumToOne");
  EXPECT_EQ(*paraxanes::GetNumber(output, "lcf_fit_range"), 8313.0);
  EXPECT_EQ(*paraxanes::GetNumber(output, "E0"), 8333.0);
  EXPECT_GT(*paraxanes::GetNumber(output, "lcf_condition_number"), 1.0);
}

// A stack that XANES Normalize made: its settings are in the field data.
TEST(LinearCombinationFit, RecognisesNormalizedStacks)
{
  vtkNew<MixtureSource> source;
  vtkNew<vtkXANESNormalize> normalize;
  normalize->SetInputConnection(source->GetOutputPort());
  normalize->SetPreEdgeRange(8200.0, 8310.0);
  vtkNew<vtkLinearCombinationFit> filter;
  filter->SetInputConnection(normalize->GetOutputPort());
  AddReferences(filter);
  for (const int mode : { vtkXANESNormalize::EDGE_STEP, vtkXANESNormalize::FLATTENED })
  {
    for (const int rule : { vtkXANESNormalize::CLOSED, vtkXANESNormalize::LARCH })
    {
      normalize->SetMode(mode);
      normalize->SetRangeRule(rule);
      filter->Update();
      ExpectTrueFractions(filter->GetOutput());
    }
  }
}

TEST(LinearCombinationFit, DoesNotDependOnTypesThreadsOrPieces)
{
  vtkNew<MixtureSource> source;
  vtkNew<vtkLinearCombinationFit> filter;
  filter->SetInputConnection(source->GetOutputPort());
  AddReferences(filter);
  filter->SetConstraint(vtkLinearCombinationFit::NON_NEGATIVE_SUM_TO_ONE);
  setenv("VTK_SMP_MAX_THREADS", "1", 1);
  filter->Update();
  vtkNew<vtkImageData> whole;
  whole->DeepCopy(filter->GetOutput());
  setenv("VTK_SMP_MAX_THREADS", "2", 1);
  filter->Modified();
  filter->Update();
  unsetenv("VTK_SMP_MAX_THREADS");
  const std::vector<std::string> names = { "fraction_A", "fraction_C", "fraction_B_error",
    "lcf_r_factor", "edge_jump" };
  const auto same = [](const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
  };
  for (const std::string& name : names)
  {
    EXPECT_TRUE(same(Values(whole, name), Values(filter->GetOutput(), name))) << name;
  }

  source->Update();
  vtkNew<vtkImageData> doubles;
  doubles->DeepCopy(source->GetOutput());
  vtkNew<vtkDoubleArray> spectra;
  spectra->DeepCopy(source->GetOutput()->GetPointData()->GetArray("absorbance"));
  doubles->GetPointData()->SetScalars(spectra);
  vtkNew<vtkLinearCombinationFit> ofDoubles;
  ofDoubles->SetInputData(doubles);
  AddReferences(ofDoubles);
  ofDoubles->SetConstraint(vtkLinearCombinationFit::NON_NEGATIVE_SUM_TO_ONE);
  ofDoubles->Update();
  for (const std::string& name : names)
  {
    EXPECT_TRUE(same(Values(whole, name), Values(ofDoubles->GetOutput(), name))) << name;
  }

  for (const int pieces : { 2, 3 })
  {
    for (int piece = 0; piece < pieces; ++piece)
    {
      filter->UpdatePiece(piece, pieces, 0);
      vtkImageData* part = filter->GetOutput();
      ASSERT_TRUE(part->GetPointGhostArray());
      for (const std::string& name : names)
      {
        const std::vector<float> all = Values(whole, name);
        const std::vector<float> values = Values(part, name);
        for (vtkIdType v = 0; v < part->GetNumberOfPoints(); ++v)
        {
          double p[3];
          part->GetPoint(v, p);
          const float there = all[static_cast<std::size_t>(whole->FindPoint(p))];
          EXPECT_EQ(std::memcmp(&there, &values[static_cast<std::size_t>(v)], sizeof(float)), 0);
        }
      }
    }
  }
}

TEST(LinearCombinationFit, PullsSpectraAndDoesItAgainForOtherReferences)
{
  vtkNew<MixtureSource> source;
  source->SetOutputMode(vtkEnergyStackSource::ENERGY_AS_TIME);
  vtkNew<vtkLinearCombinationFit> filter;
  filter->SetInputConnection(source->GetOutputPort());
  filter->SetMode(vtkLinearCombinationFit::EDGE_STEP);
  const auto table = ReferenceTable(0);
  filter->AddInputDataObject(1, table);
  filter->AddInputDataObject(1, ReferenceTable(1));
  filter->AddInputDataObject(1, ReferenceTable(2));
  filter->Update();
  ExpectTrueFractions(filter->GetOutput());

  // The same shape over twice the energy: another reference under the same name.
  auto* mu = vtkDoubleArray::SafeDownCast(table->GetColumnByName("mu"));
  const Spectrum energies = ReferenceEnergies();
  for (std::size_t k = 0; k < energies.size(); ++k)
  {
    mu->SetValue(static_cast<vtkIdType>(k), Raw(0, energies[k] - 1.0));
  }
  mu->Modified();
  table->Modified();
  const float before = Values(filter->GetOutput(), "fraction_A")[0];
  filter->Update();
  EXPECT_GT(std::abs(Values(filter->GetOutput(), "fraction_A")[0] - before), 1e-3f);
}

TEST(LinearCombinationFit, ReferencesCanBeNamedAndNormalizedAlready)
{
  vtkNew<MixtureSource> source;
  vtkNew<vtkLinearCombinationFit> filter;
  filter->SetInputConnection(source->GetOutputPort());
  filter->SetMode(vtkLinearCombinationFit::EDGE_STEP);
  filter->NormalizedReferencesOn();
  for (int i = 0; i < 3; ++i)
  {
    // Of the fit range only.
    Spectrum energies;
    Spectrum mu;
    for (const double energy : ReferenceEnergies())
    {
      if (energy > 8309.0 && energy < 8366.0)
      {
        energies.push_back(energy);
        mu.push_back(
          (Raw(i, energy) - 0.2 - 0.1 * i + (1.0 + i) * 1e-4 * (energy - 8333.0)) / Jump(i));
      }
    }
    filter->AddInputDataObject(1, Table(energies, mu));
    filter->AddReferenceName(std::string(1, static_cast<char>('A' + i)).c_str());
  }
  filter->Update();
  ExpectTrueFractions(filter->GetOutput());

  filter->ClearReferenceNames();
  filter->Update();
  EXPECT_TRUE(filter->GetOutput()->GetPointData()->HasArray("fraction_2_error"));
}

TEST(LinearCombinationFit, NormalizesShortReferencesByWhatTheyHave)
{
  vtkNew<MixtureSource> source;
  vtkNew<vtkLinearCombinationFit> filter;
  filter->SetInputConnection(source->GetOutputPort());
  filter->SetMode(vtkLinearCombinationFit::EDGE_STEP);
  filter->AddInputDataObject(1, ReferenceTable(0));
  filter->AddInputDataObject(1, ReferenceTable(1));
  Spectrum energies;
  Spectrum mu;
  for (const double energy : ReferenceEnergies())
  {
    if (energy > 8190.0 && energy < 8560.0)
    {
      energies.push_back(energy);
      mu.push_back(Raw(2, energy));
    }
  }
  filter->AddInputDataObject(1, Table(energies, mu, "C.csv"));
  Errors errors(filter);
  filter->Update();
  ExpectTrueFractions(filter->GetOutput());
  EXPECT_NE(errors.Warning().find("Reference \"C\" covers 8193.75 to 8558.5 eV, less than the "
                                  "ranges of the normalisation"),
    std::string::npos)
    << errors.Warning();
}

TEST(LinearCombinationFit, WarnsOfNearlyCollinearReferences)
{
  vtkNew<MixtureSource> source;
  vtkNew<vtkLinearCombinationFit> filter;
  filter->SetInputConnection(source->GetOutputPort());
  AddReferences(filter);
  Spectrum mu;
  for (const double energy : ReferenceEnergies())
  {
    mu.push_back(Raw(1, energy) + 1e-3 * std::sin(energy));
  }
  filter->AddInputDataObject(1, Table(ReferenceEnergies(), mu, "D.xdi"));
  Errors errors(filter);
  filter->Update();
  EXPECT_NE(
    errors.Warning().find("The references \"B\", \"D\" are nearly combinations"), std::string::npos)
    << errors.Warning();
  EXPECT_FALSE(errors.OfAlgorithm->GetError());
}

std::string Message(const std::function<void(vtkLinearCombinationFit*)>& prepare)
{
  vtkNew<MixtureSource> source;
  vtkNew<vtkLinearCombinationFit> filter;
  filter->SetInputConnection(source->GetOutputPort());
  prepare(filter);
  Errors errors(filter);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetNumberOfPoints(), 0);
  return errors.Message();
}

void ExpectMessage(
  const std::string& part, const std::function<void(vtkLinearCombinationFit*)>& prepare)
{
  const std::string message = Message(prepare);
  EXPECT_NE(message.find(part), std::string::npos) << message;
}

TEST(LinearCombinationFitErrors, OfReferences)
{
  ExpectMessage("has 4 rows and \"energy (eV)\", \"norm\"; columns",
    [](vtkLinearCombinationFit* f)
    {
      const auto table = Table({ 1, 2, 3, 4 }, { 1, 2, 3, 4 });
      table->GetColumnByName("mu")->SetName("norm");
      f->AddInputDataObject(1, table);
    });
  ExpectMessage("1 to 8 can be fitted",
    [](vtkLinearCombinationFit* f)
    {
      AddReferences(f);
      AddReferences(f);
      AddReferences(f);
    });
  ExpectMessage("Reference 2 is called \"A\" like another one",
    [](vtkLinearCombinationFit* f)
    {
      f->AddInputDataObject(1, ReferenceTable(0));
      f->AddInputDataObject(1, ReferenceTable(0));
    });
  ExpectMessage("like another one, or like its error",
    [](vtkLinearCombinationFit* f)
    {
      f->AddInputDataObject(1, ReferenceTable(0));
      f->AddInputDataObject(1, ReferenceTable(1));
      f->AddReferenceName("A_error");
      f->AddReferenceName("A");
    });
  ExpectMessage("There are 1 ReferenceNames for 2 references",
    [](vtkLinearCombinationFit* f)
    {
      AddReferences(f, 2);
      f->AddReferenceName("NiO");
    });
  ExpectMessage("The references \"one\", \"two\" are nearly combinations of each other",
    [](vtkLinearCombinationFit* f)
    {
      f->AddInputDataObject(1, ReferenceTable(0));
      f->AddInputDataObject(1, ReferenceTable(0));
      f->AddReferenceName("one");
      f->AddReferenceName("two");
    });
  ExpectMessage("Reference \"1\" covers 8330 to 8400 eV, which does not hold the fit range 8313 "
                "to 8363 eV",
    [](vtkLinearCombinationFit* f) {
      f->AddInputDataObject(1, Table({ 8330, 8350, 8370, 8400 }, { 0, 1, 1, 1 }));
    });
  ExpectMessage("Reference \"1\", which covers 8310 to 8500 eV, cannot be normalised",
    [](vtkLinearCombinationFit* f) {
      f->AddInputDataObject(1, Table({ 8310, 8350, 8370, 8500 }, { 0, 1, 1, 1 }));
    });
  ExpectMessage("Reference \"1\" has no edge jump",
    [](vtkLinearCombinationFit* f) {
      f->AddInputDataObject(1, Table({ 8100, 8300, 8400, 8600 }, { 1, 1, 1, 1 }));
    });
}

TEST(LinearCombinationFitErrors, OfTheRange)
{
  ExpectMessage("The fit range 8500 to 8502 eV holds",
    [](vtkLinearCombinationFit* f)
    {
      AddReferences(f);
      f->SetFitRange(8500.0, 8502.0);
    });
}

// Normalised by another program: nothing says how.
TEST(LinearCombinationFitErrors, OfANormalizedStackOfUnknownKind)
{
  vtkNew<MixtureSource> source;
  source->Update();
  vtkNew<vtkImageData> stack;
  stack->ShallowCopy(source->GetOutput());
  vtkNew<vtkFloatArray> spectra;
  spectra->DeepCopy(stack->GetPointData()->GetArray("absorbance"));
  spectra->SetName("normalized_absorbance");
  stack->GetPointData()->SetScalars(spectra);
  ExpectMessage("does not say its E0",
    [&](vtkLinearCombinationFit* f)
    {
      f->SetInputDataObject(0, stack);
      AddReferences(f);
    });
  ExpectMessage("Give the raw stack; or references that are normalised",
    [&](vtkLinearCombinationFit* f)
    {
      f->SetInputDataObject(0, stack);
      f->SetFitRange(8320.0, 8360.0);
      AddReferences(f);
    });
}

// --- Measured references ---

struct Measured
{
  Spectrum Energies; // of both
  Spectrum NiO, LiNiO2;
};

Spectrum ReadMu(const std::string& file, Spectrum& energies)
{
  vtkNew<vtkXASSpectrumReader> reader;
  reader->SetFileName(file.c_str());
  reader->Update();
  vtkTable* table = reader->GetOutput();
  Spectrum mu;
  energies.clear();
  for (vtkIdType row = 0; row < table->GetNumberOfRows(); ++row)
  {
    energies.push_back(table->GetValueByName(row, "energy (eV)").ToDouble());
    mu.push_back(table->GetValueByName(row, "mu").ToDouble());
  }
  return mu;
}

// A stack of one row at a third of the references' energies.
class NickelOxides : public testing::Test
{
protected:
  const std::string Folder = PARAXANES_TEST_DATA "/spectra/";
  Spectrum Energies; // of the stack
  Spectrum Spectra[2];

  void SetUp() override
  {
    if (!std::ifstream(this->Folder + "ref_NiO.txt"))
    {
      GTEST_SKIP() << "there is no " << this->Folder << "ref_NiO.txt";
    }
    Spectrum first;
    Spectrum second;
    const Spectrum mu[2] = { ReadMu(this->Folder + "ref_NiO.txt", first),
      ReadMu(this->Folder + "ref_LiNiO2.txt", second) };
    for (std::size_t k = 0; k < first.size(); k += 3)
    {
      const auto other = std::find(second.begin(), second.end(), first[k]);
      if (other != second.end())
      {
        this->Energies.push_back(first[k]);
        this->Spectra[0].push_back(mu[0][k]);
        this->Spectra[1].push_back(mu[1][static_cast<std::size_t>(other - second.begin())]);
      }
    }
    ASSERT_GT(this->Energies.size(), 200u);
  }

  // Of voxels with these amounts of NiO; the rest, to 1, is LiNiO2.
  vtkSmartPointer<vtkImageData> Stack(const Spectrum& amounts, double noise) const
  {
    std::mt19937 random(1);
    std::normal_distribution<double> normal(0.0, 1.0);
    vtkNew<vtkFloatArray> absorbance;
    absorbance->SetName("absorbance");
    absorbance->SetNumberOfComponents(static_cast<int>(this->Energies.size()));
    for (const double amount : amounts)
    {
      for (std::size_t k = 0; k < this->Energies.size(); ++k)
      {
        absorbance->InsertNextValue(static_cast<float>(amount * this->Spectra[0][k] +
          (1.0 - amount) * this->Spectra[1][k] + noise * normal(random)));
      }
    }
    auto image = vtkSmartPointer<vtkImageData>::New();
    image->SetDimensions(static_cast<int>(amounts.size()), 1, 1);
    image->GetPointData()->SetScalars(absorbance);
    paraxanes::SetStackEnergies(image, this->Energies);
    paraxanes::SetField(image, "element", "Ni");
    paraxanes::SetField(image, "edge", "K");
    return image;
  }

  vtkSmartPointer<vtkLinearCombinationFit> Filter(vtkImageData* stack, int mode) const
  {
    auto filter = vtkSmartPointer<vtkLinearCombinationFit>::New();
    filter->SetInputData(stack);
    filter->SetMode(mode);
    for (const char* name : { "ref_NiO.txt", "ref_LiNiO2.txt" })
    {
      vtkNew<vtkXASSpectrumReader> reader;
      reader->SetFileName((this->Folder + name).c_str());
      filter->AddInputConnection(1, reader->GetOutputPort());
    }
    return filter;
  }

  // Fractions of the nickel of amounts of NiO.
  Spectrum Truth(const Spectrum& amounts, int mode) const
  {
    vtkNew<vtkXANESNormalize> normalize;
    normalize->SetInputData(this->Stack({ 1.0, 0.0 }, 0.0));
    normalize->SetMode(mode);
    normalize->Update();
    const std::vector<float> jumps = Values(normalize->GetOutput(), "edge_jump");
    Spectrum fractions;
    for (const double amount : amounts)
    {
      const double nickel = amount * jumps[0];
      fractions.push_back(nickel / (nickel + (1.0 - amount) * jumps[1]));
    }
    return fractions;
  }
};

TEST_F(NickelOxides, FractionsWithoutNoiseAreExact)
{
  const Spectrum amounts = { 0.0, 0.1, 0.25, 0.5, 0.77, 1.0 };
  const int mode = vtkLinearCombinationFit::EDGE_STEP;
  const Spectrum truth = this->Truth(amounts, mode);
  const auto filter = this->Filter(this->Stack(amounts, 0.0), mode);
  for (int constraint = 0; constraint < 4; ++constraint)
  {
    filter->SetConstraint(constraint);
    filter->Update();
    const std::vector<float> nio = Values(filter->GetOutput(), "fraction_ref_NiO");
    const std::vector<float> linio2 = Values(filter->GetOutput(), "fraction_ref_LiNiO2");
    ASSERT_EQ(nio.size(), amounts.size());
    for (std::size_t v = 0; v < amounts.size(); ++v)
    {
      EXPECT_NEAR(nio[v], truth[v], 1e-6);
      EXPECT_NEAR(linio2[v], 1.0 - truth[v], 1e-6);
    }
  }
}

// Ratio divides by a step that depends on the mixture, so that mixtures are not quite combinations.
TEST_F(NickelOxides, FractionsOfTheRatioAreNearlyExact)
{
  const Spectrum amounts = { 0.0, 0.25, 0.5, 0.75, 1.0 };
  const int mode = vtkLinearCombinationFit::RATIO;
  const Spectrum truth = this->Truth(amounts, mode);
  const auto filter = this->Filter(this->Stack(amounts, 0.0), mode);
  filter->Update();
  const std::vector<float> nio = Values(filter->GetOutput(), "fraction_ref_NiO");
  ASSERT_EQ(nio.size(), amounts.size());
  for (std::size_t v = 0; v < amounts.size(); ++v)
  {
    const bool isPure = amounts[v] == 0.0 || amounts[v] == 1.0;
    EXPECT_NEAR(nio[v], truth[v], isPure ? 1e-6 : 2e-3);
  }
}

TEST_F(NickelOxides, PullsAreRight)
{
  for (const int mode : { vtkLinearCombinationFit::RATIO, vtkLinearCombinationFit::EDGE_STEP })
  {
    for (const double amount : { 0.3, 0.8 })
    {
      const Spectrum amounts(4000, amount);
      const auto clean = this->Filter(this->Stack({ amount }, 0.0), mode);
      const auto filter = this->Filter(this->Stack(amounts, 0.02), mode);
      clean->Update();
      filter->Update();
      for (const std::string name : { "fraction_ref_NiO", "fraction_ref_LiNiO2" })
      {
        const double truth = static_cast<double>(Values(clean->GetOutput(), name)[0]);
        const std::vector<float> found = Values(filter->GetOutput(), name);
        const std::vector<float> errors = Values(filter->GetOutput(), name + "_error");
        double sum = 0.0;
        double squares = 0.0;
        for (std::size_t v = 0; v < found.size(); ++v)
        {
          const double pull =
            (static_cast<double>(found[v]) - truth) / static_cast<double>(errors[v]);
          sum += pull;
          squares += pull * pull;
        }
        const double mean = sum / 4000.0;
        EXPECT_NEAR(mean, 0.0, 0.1) << name;
        EXPECT_NEAR(std::sqrt(squares / 4000.0 - mean * mean), 1.0, 0.1) << name;
      }
    }
  }
}

}
