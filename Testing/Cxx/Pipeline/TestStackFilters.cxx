// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * XANES Normalize and Edge Energy in pipelines, on stacks whose edge energies are known.
 */
#include "EnergyStack.h"
#include "Parallel.h"
#include "vtkEdgeEnergy.h"
#include "vtkEnergyStackSource.h"
#include "vtkXANESNormalize.h"

#include <vtkAOSDataArrayTemplate.h>
#include <vtkCallbackCommand.h>
#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkExecutive.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkIntArray.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkSOADataArrayTemplate.h>
#include <vtkSmartPointer.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkTestErrorObserver.h>
#include <vtkTrivialProducer.h>
#include <vtkUnsignedCharArray.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace
{

std::vector<double> ScanEnergies()
{
  std::vector<double> energies;
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

double EdgeAt(int x, int y, int z)
{
  return 8342.0 + 0.21 * x + 0.13 * y + 0.07 * z;
}

// A pre-edge line, a linear rise of 9 eV about the edge, a line parallel to the pre-edge. Voxels
// with x = 0 are air.
double Absorbance(double energy, int x, int y, int z)
{
  const double rise = std::min(1.0, std::max(0.0, (energy - EdgeAt(x, y, z)) / 9.0 + 0.5));
  return 0.4 - 2e-4 * (energy - 8333.0) + (x == 0 ? 0.0 : 0.7 * rise);
}

/// Counts how often, and how much of it, it is read.
class TestSource : public vtkEnergyStackSource
{
public:
  static TestSource* New();
  vtkTypeMacro(TestSource, vtkEnergyStackSource);
  int Boxes = 0;
  vtkIdType LargestBox = 0;
  vtkIdType Values = 0;
  paraxanes::Extent Whole = { 0, 9, 0, 11, 0, 12 };
  bool Fails = false;
  double Shift = 0.0; ///< of all edges, eV

protected:
  bool DescribeStack(StackDescription& stack, std::string&) override
  {
    stack.Whole = this->Whole;
    stack.Energies = ScanEnergies();
    stack.Texts = { { "element", "Ni" }, { "edge", "K" }, { "absorbance_unit", "1" } };
    return true;
  }

  bool FillSpectra(const StackDescription& stack, const paraxanes::Extent& box,
    EnergyIndices energies, float* spectra, paraxanes::ComponentRanges&, const ProgressFunction&,
    std::string& error) override
  {
    if (this->Fails)
    {
      error = "the test source fails";
      return false;
    }
    ++this->Boxes;
    this->LargestBox = std::max(this->LargestBox, paraxanes::NumberOfVoxels(box));
    this->Values += paraxanes::NumberOfVoxels(box) * (energies.Last - energies.First);
    for (int z = box[4]; z <= box[5]; ++z)
    {
      for (int y = box[2]; y <= box[3]; ++y)
      {
        for (int x = box[0]; x <= box[1]; ++x)
        {
          for (int k = energies.First; k < energies.Last; ++k)
          {
            *spectra++ = static_cast<float>(
              Absorbance(stack.Energies[static_cast<std::size_t>(k)] - this->Shift, x, y, z));
          }
        }
      }
    }
    return true;
  }
};
vtkStandardNewMacro(TestSource);

// The errors of an algorithm and of its executive.
struct Errors
{
  explicit Errors(vtkAlgorithm* algorithm)
  {
    algorithm->AddObserver(vtkCommand::ErrorEvent, this->OfAlgorithm);
    algorithm->AddObserver(vtkCommand::WarningEvent, this->OfAlgorithm);
    algorithm->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->OfExecutive);
  }
  std::string Message() { return this->OfAlgorithm->GetErrorMessage(); }
  vtkNew<vtkTest::ErrorObserver> OfAlgorithm;
  vtkNew<vtkTest::ErrorObserver> OfExecutive;
};

template <typename T>
std::vector<T> Values(vtkImageData* image, const char* name)
{
  auto* array = vtkAOSDataArrayTemplate<T>::SafeDownCast(image->GetPointData()->GetArray(name));
  if (!array)
  {
    ADD_FAILURE() << "no array " << name << " of this type";
    return {};
  }
  return { array->GetPointer(0), array->GetPointer(0) + array->GetNumberOfValues() };
}

void ExpectTrueEdges(vtkImageData* image)
{
  const auto edges = Values<double>(image, "edge_energy");
  const auto jumps = Values<float>(image, "edge_jump");
  const auto codes = Values<unsigned char>(image, "validity");
  ASSERT_FALSE(edges.empty());
  for (vtkIdType i = 0; i < image->GetNumberOfPoints(); ++i)
  {
    double p[3];
    image->GetPoint(i, p);
    const auto v = static_cast<std::size_t>(i);
    if (p[0] == 0.0)
    {
      EXPECT_TRUE(std::isnan(edges[v]));
      EXPECT_NE(codes[v], 0);
      continue;
    }
    EXPECT_NEAR(edges[v],
      EdgeAt(static_cast<int>(p[0]), static_cast<int>(p[1]), static_cast<int>(p[2])), 5e-6);
    EXPECT_NEAR(jumps[v], 0.7, 1e-6);
    EXPECT_EQ(codes[v], 0);
  }
}

// A copy of the whole stack with its array as another type of array.
template <class Array>
vtkSmartPointer<vtkImageData> StackOf(double scale = 1.0)
{
  vtkNew<TestSource> source;
  source->Update();
  auto image = vtkSmartPointer<vtkImageData>::New();
  image->DeepCopy(source->GetOutput());
  vtkDataArray* floats = source->GetOutput()->GetPointData()->GetArray("absorbance");
  vtkNew<Array> array;
  array->SetName("absorbance");
  array->SetNumberOfComponents(floats->GetNumberOfComponents());
  array->SetNumberOfTuples(floats->GetNumberOfTuples());
  for (vtkIdType i = 0; i < floats->GetNumberOfTuples(); ++i)
  {
    for (int k = 0; k < floats->GetNumberOfComponents(); ++k)
    {
      array->SetComponent(i, k, scale * floats->GetComponent(i, k));
    }
  }
  image->GetPointData()->RemoveArray("absorbance");
  image->GetPointData()->SetScalars(array);
  return image;
}

TEST(EdgeEnergy, FindsTheTrueEdges)
{
  vtkNew<TestSource> source;
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(source->GetOutputPort());
  for (const int mode : { vtkEdgeEnergy::RATIO, vtkEdgeEnergy::EDGE_STEP })
  {
    filter->SetMode(mode);
    filter->Update();
    ExpectTrueEdges(filter->GetOutput());
  }
  vtkImageData* output = filter->GetOutput();
  EXPECT_FALSE(output->GetPointData()->HasArray("absorbance"));
  EXPECT_STREQ(output->GetPointData()->GetScalars()->GetName(), "edge_energy");
  EXPECT_EQ(paraxanes::GetField(output, "element"), "Ni");
  EXPECT_EQ(*paraxanes::GetNumber(output, "E0"), 8333.0);
  EXPECT_EQ(*paraxanes::GetNumber(output, "pre_edge_range"), 8150.0);
  EXPECT_FALSE(paraxanes::GetField(output, "paraxanes_version").empty());

  filter->PassStackOn();
  filter->Update();
  EXPECT_TRUE(filter->GetOutput()->GetPointData()->HasArray("absorbance"));
}

template <class Array>
class EdgeEnergyOfTypes : public testing::Test
{
};
using ArrayTypes = testing::Types<vtkFloatArray, vtkDoubleArray, vtkSOADataArrayTemplate<float>>;
TYPED_TEST_SUITE(EdgeEnergyOfTypes, ArrayTypes);

TYPED_TEST(EdgeEnergyOfTypes, AreRead)
{
  const auto stack = StackOf<TypeParam>();
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputData(stack);
  filter->Update();
  ExpectTrueEdges(filter->GetOutput());
}

TEST(EdgeEnergy, ReadsIntegers)
{
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputData(StackOf<vtkIntArray>(1e8));
  filter->Update();
  const auto edges = Values<double>(filter->GetOutput(), "edge_energy");
  EXPECT_NEAR(edges[5], EdgeAt(5, 0, 0), 5e-6);
}

TEST(EdgeEnergy, DoesNotDependOnThreadsOrPieces)
{
  vtkNew<TestSource> source;
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(source->GetOutputPort());
  setenv("VTK_SMP_MAX_THREADS", "1", 1);
  filter->Update();
  vtkNew<vtkImageData> whole;
  whole->DeepCopy(filter->GetOutput());
  const auto edges = Values<double>(whole, "edge_energy");
  setenv("VTK_SMP_MAX_THREADS", "2", 1);
  filter->Modified();
  filter->Update();
  const auto again = Values<double>(filter->GetOutput(), "edge_energy");
  EXPECT_EQ(std::memcmp(edges.data(), again.data(), edges.size() * sizeof(double)), 0);
  unsetenv("VTK_SMP_MAX_THREADS");

  for (const int pieces : { 2, 3, 7 })
  {
    for (int piece = 0; piece < pieces; ++piece)
    {
      filter->UpdatePiece(piece, pieces, 0);
      vtkImageData* part = filter->GetOutput();
      const auto values = Values<double>(part, "edge_energy");
      ASSERT_TRUE(part->GetPointGhostArray());
      for (vtkIdType i = 0; i < part->GetNumberOfPoints(); ++i)
      {
        double p[3];
        part->GetPoint(i, p);
        const double there = edges[static_cast<std::size_t>(whole->FindPoint(p))];
        const double here = values[static_cast<std::size_t>(i)];
        EXPECT_EQ(std::memcmp(&there, &here, sizeof(double)), 0);
      }
    }
  }
}

TEST(EdgeEnergy, AHaloMakesLaterRequestsFree)
{
  vtkNew<TestSource> source;
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(source->GetOutputPort());
  filter->UpdatePiece(0, 2, 0);
  EXPECT_EQ(source->Boxes, 1);
  filter->UpdatePiece(0, 2, 4);
  filter->UpdatePiece(0, 2, 7);
  EXPECT_EQ(source->Boxes, 1);
  filter->UpdatePiece(0, 2, 8);
  EXPECT_EQ(source->Boxes, 2);
}

TEST(EdgeEnergy, AsksOnlyForTheExtentThatIsAskedFor)
{
  vtkNew<TestSource> source;
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(source->GetOutputPort());
  const int extent[6] = { 2, 5, 3, 4, 7, 7 };
  filter->UpdateExtent(extent);
  EXPECT_EQ(source->LargestBox, 8);
  ExpectTrueEdges(filter->GetOutput());
}

TEST(EdgeEnergy, PullsSpectraSlabBySlabFromASourceThatShowsOneEnergy)
{
  using Pipeline = vtkStreamingDemandDrivenPipeline;
  vtkNew<TestSource> source;
  source->SetOutputMode(vtkEnergyStackSource::ENERGY_AS_TIME);
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(source->GetOutputPort());
  const auto energies = static_cast<double>(ScanEnergies().size());
  filter->SetMemoryLimit(300.0 * energies * 4.0 / 1073741824.0);
  filter->Update();
  ExpectTrueEdges(filter->GetOutput());
  EXPECT_FALSE(filter->GetOutputInformation(0)->Has(Pipeline::TIME_STEPS()));
  EXPECT_FALSE(filter->GetOutput()->GetPointData()->HasArray("absorbance"));
  EXPECT_EQ(source->GetOutput()->GetPointData()->GetScalars()->GetNumberOfComponents(), 1);

  // The shown energy is the whole image; the slabs are not.
  const vtkIdType voxels = source->GetOutput()->GetNumberOfPoints();
  EXPECT_EQ(source->Values, voxels * (1 + static_cast<vtkIdType>(energies)));
  // Two of the 13 planes of 120 voxels at once, and the last one.
  EXPECT_EQ(source->Boxes, 1 + 7);

  // Browsing reads one energy and leaves the maps alone.
  source->Values = 0;
  source->UpdateTimeStep(8344.0);
  filter->Update();
  EXPECT_EQ(source->Values, voxels);
  // A property of the filter reads the spectra again.
  filter->SetLevel(0.4);
  filter->Update();
  EXPECT_GT(source->Values, voxels * static_cast<vtkIdType>(energies));
}

TEST(EdgeEnergy, PullsAgainWhenTheStackHasChanged)
{
  vtkNew<TestSource> source;
  source->SetOutputMode(vtkEnergyStackSource::ENERGY_AS_TIME);
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(source->GetOutputPort());
  filter->Update();
  source->Shift = 2.0;
  source->Modified();
  filter->Update();
  EXPECT_NEAR(Values<double>(filter->GetOutput(), "edge_energy")[5], EdgeAt(5, 0, 0) + 2.0, 5e-6);
}

// The files may change between the passes of the pipeline: never more values than there is room
// for.
TEST(EdgeEnergyErrors, AStackThatChangesBehindItsEnergies)
{
  vtkNew<TestSource> source;
  const std::vector<double> energies = source->StackEnergies();
  std::vector<float> spectra(10);
  std::string error;
  const int box[6] = { 0, 0, 0, 0, 0, 0 };
  EXPECT_FALSE(source->ReadBox(
    box, { 1.0, 2.0 }, spectra.data(), [](double) { return true; }, error));
  EXPECT_NE(error.find("has changed"), std::string::npos);
}

TEST(EdgeEnergy, KeptMapsTakeTheNewArraysOfTheInput)
{
  vtkNew<TestSource> source;
  source->SetOutputMode(vtkEnergyStackSource::ENERGY_AS_TIME);
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(source->GetOutputPort());
  filter->PassStackOn();
  filter->Update();
  source->UpdateTimeStep(8344.0);
  filter->Update();
  ExpectTrueEdges(filter->GetOutput());
  EXPECT_FALSE(filter->GetOutput()->GetPointData()->HasArray("absorbance"));
  EXPECT_FALSE(filter->GetOutput()->GetFieldData()->HasArray("shown_energy"));
}

TEST(EdgeEnergy, SaysWhyNothingIsValid)
{
  vtkNew<TestSource> source;
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(source->GetOutputPort());
  filter->SetMinimumEdgeJump(100.0);
  Errors errors(filter);
  filter->Update();
  EXPECT_NE(
    errors.OfAlgorithm->GetWarningMessage().find("too small an edge jump"), std::string::npos);
  EXPECT_FALSE(errors.OfAlgorithm->GetError());
}

TEST(EdgeEnergy, KeepsTheDigitsOfE0BehindXANESNormalize)
{
  vtkNew<TestSource> source;
  vtkNew<vtkXANESNormalize> normalize;
  normalize->SetInputConnection(source->GetOutputPort());
  normalize->SetE0Source(vtkXANESNormalize::VALUE);
  normalize->SetE0(8337.12345678);
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(normalize->GetOutputPort());
  filter->Update();
  EXPECT_EQ(*paraxanes::GetNumber(filter->GetOutput(), "edge_energy_window"), 8337.12345678 - 5.0);
}

TEST(EdgeEnergy, SlabsArePulledWithinTheLimit)
{
  vtkNew<TestSource> source;
  source->SetOutputMode(vtkEnergyStackSource::ENERGY_AS_TIME);
  source->Update();
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(source->GetOutputPort());
  filter->SetMemoryLimit(25.0 * static_cast<double>(ScanEnergies().size()) * 4.0 / 1073741824.0);
  source->LargestBox = 0;
  filter->Update();
  EXPECT_LE(source->LargestBox, 25);
  ExpectTrueEdges(filter->GetOutput());
}

TEST(EdgeEnergy, RangesCanBeRelativeToE0)
{
  vtkNew<TestSource> source;
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(source->GetOutputPort());
  filter->SetE0Source(vtkEdgeEnergy::VALUE);
  filter->SetE0(8340.0);
  filter->RangesRelativeToE0On();
  filter->SetPreEdgeRange(-150, -30);
  filter->SetWindow(-10, 25);
  filter->Update();
  ExpectTrueEdges(filter->GetOutput());
  EXPECT_EQ(*paraxanes::GetNumber(filter->GetOutput(), "pre_edge_range"), 8190.0);
  EXPECT_EQ(*paraxanes::GetNumber(filter->GetOutput(), "edge_energy_window"), 8330.0);
}

TEST(EdgeEnergy, MeanSpectrumGivesE0AndReference)
{
  vtkNew<TestSource> source;
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(source->GetOutputPort());
  filter->SetE0Source(vtkEdgeEnergy::MEAN_SPECTRUM);
  filter->SetCrossing(vtkEdgeEnergy::NEAREST);
  filter->Update();
  ExpectTrueEdges(filter->GetOutput());
  EXPECT_NEAR(*paraxanes::GetNumber(filter->GetOutput(), "E0"), 8344.0, 3.0);
  EXPECT_NEAR(*paraxanes::GetNumber(filter->GetOutput(), "edge_energy_reference"), 8344.0, 1.0);
}

// Two columns, more voxels than the sample of the mean spectrum has: a sample of every second voxel
// would see the first column only.
TEST(EdgeEnergy, MeanSpectrumIsOfAllColumns)
{
  const std::vector<double> energies = { 8200, 8250, 8300, 8320, 8330, 8335, 8340, 8345, 8350, 8355,
    8360, 8365, 8370, 8400, 8450, 8500, 8550 };
  vtkNew<vtkImageData> image;
  image->SetDimensions(2, 1000, 1000);
  image->AllocateScalars(VTK_FLOAT, static_cast<int>(energies.size()));
  image->GetPointData()->GetScalars()->SetName("absorbance");
  auto* value = static_cast<float*>(image->GetScalarPointer());
  for (vtkIdType v = 0; v < image->GetNumberOfPoints(); ++v)
  {
    const double edge = v % 2 == 0 ? 8332.5 : 8362.5; // a step between two energies
    const double jump = v % 2 == 0 ? 0.2 : 0.8;
    for (const double energy : energies)
    {
      *value++ = static_cast<float>(energy < edge ? 0.1 : 0.1 + jump);
    }
  }
  paraxanes::SetStackEnergies(image, energies);
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputData(image);
  filter->SetE0Source(vtkEdgeEnergy::MEAN_SPECTRUM);
  Errors warnings(filter); // no voxel is valid: such steps lie between two energies
  filter->Update();
  EXPECT_NEAR(*paraxanes::GetNumber(filter->GetOutput(), "E0"), 8362.5, 3.0);
}

// What another filter has made active is no reason to miss the stack.
TEST(EdgeEnergy, FindsTheStackAmongOtherArrays)
{
  const auto stack = StackOf<vtkFloatArray>();
  stack->GetPointData()->GetScalars()->SetName("optical_density");
  vtkNew<vtkFloatArray> map;
  map->SetName("map");
  map->SetNumberOfTuples(stack->GetNumberOfPoints());
  map->Fill(1.0);
  stack->GetPointData()->AddArray(map);
  stack->GetPointData()->SetActiveScalars("map");
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputData(stack);
  filter->Update();
  ExpectTrueEdges(filter->GetOutput());
}

TEST(EdgeEnergy, ReadsWhatXANESNormalizeMakes)
{
  vtkNew<TestSource> source;
  vtkNew<vtkXANESNormalize> normalize;
  normalize->SetInputConnection(source->GetOutputPort());
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(normalize->GetOutputPort());
  filter->Update();
  vtkImageData* output = filter->GetOutput();
  EXPECT_EQ(paraxanes::GetField(output, "normalization"), "Ratio (mu-pre)/(post-pre)");
  EXPECT_NEAR(Values<double>(output, "edge_energy")[7], EdgeAt(7, 0, 0), 2e-5);
  EXPECT_TRUE(output->GetPointData()->HasArray("edge_jump"));
  EXPECT_NE(Values<unsigned char>(output, "validity")[0], 0);

  vtkImageData* normalized = normalize->GetOutput();
  auto* spectra =
    vtkFloatArray::SafeDownCast(normalized->GetPointData()->GetArray("normalized_absorbance"));
  EXPECT_STREQ(spectra->GetComponentName(0), "8150.00 eV");
  EXPECT_NEAR(spectra->GetComponent(5, 0), 0.0, 1e-5);
  EXPECT_NEAR(spectra->GetComponent(5, spectra->GetNumberOfComponents() - 1), 1.0, 1e-5);
  EXPECT_TRUE(std::isnan(spectra->GetComponent(0, 0)));
}

TEST(EdgeEnergy, AMaskLimitsTheVoxels)
{
  const auto stack = StackOf<vtkFloatArray>();
  vtkNew<vtkIntArray> inside;
  inside->SetName("inside");
  inside->SetNumberOfTuples(stack->GetNumberOfPoints());
  inside->FillValue(3);
  inside->SetValue(5, 0);
  stack->GetPointData()->AddArray(inside);
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputData(stack);
  filter->SetMaskArray("inside");
  filter->Update();
  EXPECT_EQ(Values<unsigned char>(filter->GetOutput(), "validity")[5], 1);
  EXPECT_EQ(Values<unsigned char>(filter->GetOutput(), "validity")[6], 0);
}

TEST(EdgeEnergy, StopsWhenAborted)
{
  vtkNew<TestSource> source;
  source->Whole = { 0, 49, 0, 49, 0, 49 };
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(source->GetOutputPort());
  source->Update();
  int steps = 0;
  vtkNew<vtkCallbackCommand> observer;
  observer->SetClientData(&steps);
  observer->SetCallback(
    [](vtkObject* caller, unsigned long, void* count, void*)
    {
      ++*static_cast<int*>(count);
      vtkAlgorithm::SafeDownCast(caller)->SetAbortExecute(1);
    });
  filter->AddObserver(vtkCommand::ProgressEvent, observer);
  filter->Update();
  EXPECT_LT(steps, 5);
  EXPECT_EQ(filter->GetOutput()->GetNumberOfPoints(), 0);
}

// --- Bad input: one clear error, and an empty output ---

void ExpectError(vtkEdgeEnergy* filter, const std::vector<std::string>& words)
{
  Errors errors(filter);
  filter->Update();
  EXPECT_TRUE(errors.OfAlgorithm->GetError());
  for (const std::string& word : words)
  {
    EXPECT_NE(errors.Message().find(word), std::string::npos)
      << "\"" << word << "\" is not in: " << errors.Message();
  }
  EXPECT_EQ(filter->GetOutput()->GetNumberOfPoints(), 0);
}

TEST(EdgeEnergyErrors, AnImageThatIsNoStack)
{
  vtkNew<vtkImageData> image;
  image->SetDimensions(3, 3, 3);
  image->AllocateScalars(VTK_FLOAT, 1);
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputData(image);
  ExpectError(filter, { "no energy stack", "field data \"energy\"" });
  paraxanes::SetStackEnergies(image, { 1, 2, 3 });
  filter->Modified();
  ExpectError(filter, { "1 components", "3 energies" });
  paraxanes::SetStackEnergies(image, { 1, 3, 2 });
  filter->Modified();
  ExpectError(filter, { "energy 3 (2 eV)" });
}

TEST(EdgeEnergyErrors, RangesOutsideTheData)
{
  const auto stack = StackOf<vtkFloatArray>();
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputData(stack);
  filter->SetPreEdgeRange(7000, 7100);
  ExpectError(filter, { "pre-edge range 7000 to 7100", "holds 0", "PreEdgeRange" });
  filter->SetPreEdgeRange(0, 0);
  filter->SetWindow(9000, 9100);
  ExpectError(filter, { "window 9000 to 9100", "Window" });
  filter->SetWindow(0, 0);
  filter->SetElement("Xx");
  ExpectError(filter, { "Xx", "table" });
  filter->SetElement("Fe");
  ExpectError(filter, { "Fe K (7112 eV)", "outside the scan" });
  filter->SetElement(nullptr);
  filter->SetPostEdgeRange(8590, 8400);
  ExpectError(filter, { "post-edge range 8590 to 8400", "does not ascend" });
  filter->SetPostEdgeRange(0, 0);
  filter->SetWindow(std::nan(""), 8360);
  ExpectError(filter, { "window nan to 8360", "does not ascend" });
  filter->SetWindow(0, 0);
  filter->SetE0Source(vtkEdgeEnergy::VALUE);
  ExpectError(filter, { "E0Source is Value", "Set E0" });
  filter->SetE0Source(vtkEdgeEnergy::TABLE);
  filter->SetMaskArray("nothing");
  ExpectError(filter, { "MaskArray", "nothing", "absorbance" });
  filter->SetMaskArray("None");
  filter->SetInputArrayToProcess(0, 0, 0, 0, "nothing");
  ExpectError(filter, { "nothing", "absorbance" });
}

TEST(EdgeEnergyErrors, OneEnergyButNotDirectlyBehindTheSource)
{
  vtkNew<TestSource> source;
  source->SetOutputMode(vtkEnergyStackSource::ENERGY_AS_TIME);
  source->Update();
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputData(source->GetOutput());
  ExpectError(filter, { "OutputMode", "Stack" });
}

TEST(EdgeEnergyErrors, ASourceThatFailsWhilePulled)
{
  vtkNew<TestSource> source;
  source->SetOutputMode(vtkEnergyStackSource::ENERGY_AS_TIME);
  source->Update();
  source->Fails = true;
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputConnection(source->GetOutputPort());
  ExpectError(filter, { "the test source fails" });
}

TEST(EdgeEnergyErrors, NothingButNaNIsNoError)
{
  const auto stack = StackOf<vtkFloatArray>();
  stack->GetPointData()->GetScalars()->Fill(std::numeric_limits<double>::quiet_NaN());
  vtkNew<vtkEdgeEnergy> filter;
  filter->SetInputData(stack);
  Errors errors(filter);
  filter->Update();
  EXPECT_FALSE(errors.OfAlgorithm->GetError());
  for (const unsigned char code : Values<unsigned char>(filter->GetOutput(), "validity"))
  {
    EXPECT_EQ(code, 2);
  }
  filter->SetE0Source(vtkEdgeEnergy::MEAN_SPECTRUM);
  ExpectError(filter, { "no finite spectrum" });
}

TEST(EnergyStackSource, RefusesWhatIsLargerThanItsLimit)
{
  vtkNew<TestSource> source;
  source->SetMemoryLimit(1e-4);
  Errors errors(source);
  source->Update();
  EXPECT_NE(errors.Message().find("MemoryLimit"), std::string::npos);
  EXPECT_NE(errors.Message().find("EnergyAsTime"), std::string::npos);
  EXPECT_EQ(source->Boxes, 0);
}

TEST(EnergyStackSource, StoresTheRangesOfEveryEnergy)
{
  vtkNew<TestSource> source;
  source->Update();
  vtkDataArray* array = source->GetOutput()->GetPointData()->GetArray("absorbance");
  vtkNew<vtkFloatArray> copy;
  copy->DeepCopy(array);
  copy->GetInformation()->Clear();
  for (int k = -1; k < array->GetNumberOfComponents(); ++k)
  {
    double stored[2];
    double computed[2];
    array->GetRange(stored, k);
    copy->GetRange(computed, k);
    EXPECT_NEAR(stored[0], computed[0], 1e-12) << k;
    EXPECT_NEAR(stored[1], computed[1], 1e-12) << k;
    array->GetFiniteRange(stored, k);
    EXPECT_NEAR(stored[1], computed[1], 1e-12) << k;
  }
}

}
