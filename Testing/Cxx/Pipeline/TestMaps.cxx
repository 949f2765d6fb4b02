// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyStack.h"
#include "ImagePieces.h"
#include "vtkEnergyStackSource.h"
#include "vtkValenceGradient.h"
#include "vtkVoxelBin.h"

#include <vtkDataArraySelection.h>
#include <vtkDoubleArray.h>
#include <vtkExecutive.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkIntArray.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkTestErrorObserver.h>
#include <vtkUnsignedCharArray.h>

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <vector>

namespace
{

using paraxanes::Extent;

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

std::uint32_t Hash(int x, int y, int z)
{
  auto h = static_cast<std::uint32_t>(x * 73856093 ^ y * 19349663 ^ z * 83492791);
  h ^= h >> 13;
  h *= 2654435761u;
  return h ^ h >> 16;
}

// Maps as functions of the global voxel index, from a source that owns its pieces as ours do.
class MapSource : public vtkEnergyStackSource
{
public:
  static MapSource* New();
  vtkTypeMacro(MapSource, vtkEnergyStackSource);
  Extent Whole = { 0, 19, 0, 19, 0, 19 };
  bool Holes = true;

protected:
  bool DescribeStack(StackDescription& stack, std::string&) override
  {
    stack.Whole = this->Whole;
    stack.Energies = { 8300.0, 8400.0 };
    const double origin[3] = { 1.0, -2.0, 0.5 };
    const double spacing[3] = { 0.5, 0.25, 2.0 };
    std::copy(origin, origin + 3, stack.Origin);
    std::copy(spacing, spacing + 3, stack.Spacing);
    return true;
  }

  bool FillSpectra(const StackDescription&, const Extent& box, EnergyIndices energies,
    float* spectra, paraxanes::ComponentRanges&, const ProgressFunction&, std::string&) override
  {
    ForEach(box,
      [&](int x, int y, int z)
      {
        for (int k = energies.First; k < energies.Last; ++k)
        {
          *spectra++ = static_cast<float>(Hash(x, y, z + k) % 1000) * 0.001f;
        }
      });
    return true;
  }

  bool AddToOutput(const StackDescription&, vtkImageData* output, const ProgressFunction&) override
  {
    vtkNew<vtkDoubleArray> energy;
    vtkNew<vtkFloatArray> jump;
    vtkNew<vtkUnsignedCharArray> validity;
    vtkNew<vtkIntArray> grain;
    energy->SetName("edge_energy");
    jump->SetName("edge_jump");
    validity->SetName("validity");
    grain->SetName("grain_id");
    ForEach(paraxanes::MakeExtent(output->GetExtent()),
      [&](int x, int y, int z)
      {
        const std::uint32_t h = Hash(x, y, z);
        const bool hole = this->Holes && h % 11 == 0;
        energy->InsertNextValue(hole ? NaN : 8344.0 + (h % 4096) * 1e-3 + 0.01 * x);
        jump->InsertNextValue(0.7f + static_cast<float>(h % 77) * 0.01f);
        validity->InsertNextValue(hole ? static_cast<unsigned char>(h % 3 + 1) : 0);
        grain->InsertNextValue(static_cast<int>(h / 64 % 3));
      });
    for (vtkDataArray* array : std::vector<vtkDataArray*>{ energy, jump, validity, grain })
    {
      output->GetPointData()->AddArray(array);
    }
    return true;
  }

private:
  static void ForEach(const Extent& box, const std::function<void(int, int, int)>& voxel)
  {
    for (int z = box[4]; z <= box[5]; ++z)
    {
      for (int y = box[2]; y <= box[3]; ++y)
      {
        for (int x = box[0]; x <= box[1]; ++x)
        {
          voxel(x, y, z);
        }
      }
    }
  }
};

vtkStandardNewMacro(MapSource);

struct Errors
{
  explicit Errors(vtkAlgorithm* algorithm)
  {
    algorithm->AddObserver(vtkCommand::ErrorEvent, this->Algorithm);
    algorithm->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->Executive);
  }
  std::string Message() const { return this->Algorithm->GetErrorMessage(); }
  vtkNew<vtkTest::ErrorObserver> Algorithm;
  vtkNew<vtkTest::ErrorObserver> Executive;
};

bool Contains(const std::string& text, const std::string& part)
{
  return text.find(part) != std::string::npos;
}

// A chain of filters behind a source, kept alive.
struct Chain
{
  std::vector<vtkSmartPointer<vtkAlgorithm>> Filters;
  vtkAlgorithm* Last() const { return this->Filters.back(); }
  vtkImageData* Output() const
  {
    return vtkImageData::SafeDownCast(Last()->GetOutputDataObject(0));
  }

  void Add(vtkAlgorithm* filter)
  {
    if (!this->Filters.empty())
    {
      filter->SetInputConnection(this->Last()->GetOutputPort());
    }
    this->Filters.push_back(filter);
  }
  void AddBin(std::array<int, 3> size)
  {
    vtkNew<vtkVoxelBin> bin;
    bin->SetBlockSize(size.data());
    this->Add(bin);
  }
  void AddGradient()
  {
    vtkNew<vtkValenceGradient> gradient;
    this->Add(gradient);
  }
  void UpdatePiece(int piece, int pieces, int ghosts) const
  {
    vtkDemandDrivenPipeline::SafeDownCast(Last()->GetExecutive())->UpdateInformation();
    this->Last()->UpdatePiece(piece, pieces, ghosts);
  }
};

// Every point that is not NaN or a mark, byte by byte.
void ExpectSameVoxel(vtkImageData* whole, vtkIdType i, vtkImageData* part, vtkIdType j)
{
  for (int a = 0; a < whole->GetPointData()->GetNumberOfArrays(); ++a)
  {
    vtkDataArray* expected = whole->GetPointData()->GetArray(a);
    vtkDataArray* found = part->GetPointData()->GetArray(expected->GetName());
    ASSERT_TRUE(found) << expected->GetName();
    ASSERT_EQ(found->GetDataType(), expected->GetDataType());
    const auto size =
      static_cast<std::size_t>(expected->GetDataTypeSize() * expected->GetNumberOfComponents());
    const auto* from = static_cast<const char*>(expected->GetVoidPointer(0));
    const auto* to = static_cast<const char*>(found->GetVoidPointer(0));
    ASSERT_EQ(std::memcmp(from + i * size, to + j * size, size), 0) << expected->GetName();
  }
}

// Pieces 1..8 of a chain: an exact partition, the values of the whole to the bit, ghost layers too.
void ExpectPiecesAreTheWhole(const Chain& chain)
{
  chain.UpdatePiece(0, 1, 0);
  vtkNew<vtkImageData> whole;
  whole->DeepCopy(chain.Output());
  ASSERT_GT(whole->GetNumberOfPoints(), 0);
  const Extent all = paraxanes::MakeExtent(whole->GetExtent());
  for (const int pieces : { 2, 3, 4, 8 })
  {
    for (const int ghosts : { 0, 1 })
    {
      std::map<vtkIdType, int> owners;
      vtkIdType cells = 0;
      for (int piece = 0; piece < pieces; ++piece)
      {
        chain.UpdatePiece(piece, pieces, ghosts);
        vtkImageData* part = chain.Output();
        const Extent extent = paraxanes::MakeExtent(part->GetExtent());
        const Extent owned = paraxanes::OwnedExtent(part);
        if (paraxanes::IsEmpty(extent))
        {
          continue;
        }
        ASSERT_TRUE(part->GetPointGhostArray());
        double position[3], expected[3];
        for (int z = extent[4]; z <= extent[5]; ++z)
        {
          for (int y = extent[2]; y <= extent[3]; ++y)
          {
            for (int x = extent[0]; x <= extent[1]; ++x)
            {
              const vtkIdType i = paraxanes::VoxelIndex(all, x, y, z);
              const vtkIdType j = paraxanes::VoxelIndex(extent, x, y, z);
              ASSERT_NO_FATAL_FAILURE(ExpectSameVoxel(whole, i, part, j));
              const bool mine = part->GetPointGhostArray()->GetValue(j) == 0;
              EXPECT_EQ(mine, paraxanes::Contains(owned, { x, x, y, y, z, z }));
              owners[i] += mine ? 1 : 0;
              part->GetPoint(j, position);
              whole->GetPoint(i, expected);
              EXPECT_EQ(std::memcmp(position, expected, sizeof(expected)), 0);
            }
          }
        }
        // A piece of a volume that is one plane thick has no cells of the volume's dimension.
        if (part->GetDataDimension() == whole->GetDataDimension())
        {
          for (vtkIdType c = 0; c < part->GetNumberOfCells(); ++c)
          {
            vtkUnsignedCharArray* marks = part->GetCellGhostArray();
            cells += !marks || marks->GetValue(c) == 0 ? 1 : 0;
          }
        }
      }
      ASSERT_EQ(static_cast<vtkIdType>(owners.size()), whole->GetNumberOfPoints())
        << pieces << " pieces";
      for (const auto& owner : owners)
      {
        ASSERT_EQ(owner.second, 1) << pieces << " pieces, voxel " << owner.first;
      }
      EXPECT_EQ(cells, whole->GetNumberOfCells()) << pieces << " pieces, " << ghosts << " ghosts";
    }
  }
}

class Maps : public testing::TestWithParam<std::pair<Extent, std::array<int, 3>>>
{
protected:
  Chain Source() const
  {
    vtkNew<MapSource> source;
    source->Whole = GetParam().first;
    Chain chain;
    chain.Add(source);
    return chain;
  }
};

TEST_P(Maps, PiecesOfABinnedImageAreTheWhole)
{
  Chain chain = this->Source();
  chain.AddBin(GetParam().second);
  ExpectPiecesAreTheWhole(chain);
}

TEST_P(Maps, PiecesOfTheGradientBehindABinAreTheWhole)
{
  Chain chain = this->Source();
  chain.AddBin(GetParam().second);
  chain.AddGradient();
  ExpectPiecesAreTheWhole(chain);
}

TEST_P(Maps, PiecesOfARepeatedBinAreTheWhole)
{
  Chain chain = this->Source();
  chain.AddGradient();
  chain.AddBin(GetParam().second);
  chain.AddBin({ 1, 2, 1 });
  chain.AddGradient();
  ExpectPiecesAreTheWhole(chain);
}

const Extent Cube = { 0, 19, 0, 19, 0, 19 };
const Extent Odd = { 0, 16, 0, 12, 0, 21 };
const Extent Small = { 0, 9, 0, 9, 0, 9 };
const Extent Flat = { 0, 23, 0, 23, 0, 0 };
const Extent Negative = { -10, 6, -3, 9, 4, 18 };

std::vector<std::pair<Extent, std::array<int, 3>>> Cases()
{
  std::vector<std::pair<Extent, std::array<int, 3>>> cases;
  for (const Extent& extent : { Cube, Odd, Small, Flat, Negative })
  {
    for (const std::array<int, 3>& block : std::vector<std::array<int, 3>>{
           { 1, 1, 4 }, { 2, 2, 2 }, { 3, 3, 3 }, { 2, 3, 5 }, { 1, 1, 1 } })
    {
      cases.emplace_back(extent, block);
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(ExtentsAndBlocks, Maps, testing::ValuesIn(Cases()));

// A box that is asked for has the values of the whole.
TEST(VoxelBinAndGradient, ABoxHasTheValuesOfTheWhole)
{
  vtkNew<MapSource> source;
  source->Whole = Negative;
  Chain chain;
  chain.Add(source);
  chain.AddBin({ 2, 2, 3 });
  chain.AddGradient();
  chain.UpdatePiece(0, 1, 0);
  vtkNew<vtkImageData> whole;
  whole->DeepCopy(chain.Output());
  source->Modified();
  const int box[6] = { -4, -2, -1, 1, 2, 4 };
  chain.Last()->UpdateExtent(box);
  const Extent extent = paraxanes::MakeExtent(chain.Output()->GetExtent());
  ASSERT_EQ(extent, paraxanes::MakeExtent(box));
  // No more was asked for than is needed: one layer of blocks round the box.
  EXPECT_EQ(
    paraxanes::MakeExtent(source->GetOutput()->GetExtent()), (Extent{ -10, -1, -3, 6, 4, 18 }));
  for (int z = 2; z <= 4; ++z)
  {
    for (int y = -1; y <= 1; ++y)
    {
      for (int x = -4; x <= -2; ++x)
      {
        ExpectSameVoxel(whole,
          paraxanes::VoxelIndex(paraxanes::MakeExtent(whole->GetExtent()), x, y, z), chain.Output(),
          paraxanes::VoxelIndex(extent, x, y, z));
      }
    }
  }
}

TEST(VoxelBin, BlocksKeepTheirPlaceAndDropTheRest)
{
  vtkNew<MapSource> source;
  source->Whole = { -10, 6, 3, 9, 1, 1 };
  source->Holes = false;
  vtkNew<vtkVoxelBin> bin;
  bin->SetInputConnection(source->GetOutputPort());
  bin->SetBlockSize(3, 2, 5);
  bin->Update();
  vtkImageData* image = bin->GetOutput();
  EXPECT_EQ(image->GetDimensions()[0], 5);
  EXPECT_EQ(image->GetDimensions()[1], 3);
  EXPECT_EQ(image->GetDimensions()[2], 1);
  EXPECT_DOUBLE_EQ(image->GetSpacing()[0], 1.5);
  EXPECT_DOUBLE_EQ(image->GetSpacing()[1], 0.5);
  EXPECT_DOUBLE_EQ(image->GetSpacing()[2], 2.0);
  double block[3], centroid[3];
  for (vtkIdType i = 0; i < image->GetNumberOfPoints(); ++i)
  {
    const int x = static_cast<int>(i % 5), y = static_cast<int>(i / 5);
    // Centre of the block's first voxel.
    const double first[3] = { 1.0 + 0.5 * (-10 + 3 * x), -2.0 + 0.25 * (3 + 2 * y), 0.5 + 2.0 };
    image->GetPoint(i, block);
    EXPECT_NEAR(block[0], first[0] + 1.0 * 0.5, 1e-12);
    EXPECT_NEAR(block[1], first[1] + 0.5 * 0.25, 1e-12);
    EXPECT_NEAR(block[2], first[2], 1e-12);
    image->GetPointData()->GetArray("block_centroid")->GetTuple(i, centroid);
    for (int axis = 0; axis < 3; ++axis)
    {
      EXPECT_NEAR(centroid[axis], block[axis], 1e-12);
    }
    EXPECT_EQ(image->GetPointData()->GetArray("block_count")->GetTuple1(i), 6.0);
    EXPECT_EQ(image->GetPointData()->GetArray("validity")->GetTuple1(i), 0.0);
  }
}

TEST(VoxelBin, ArraysTypesAndFields)
{
  vtkNew<MapSource> source;
  vtkNew<vtkVoxelBin> bin;
  bin->SetInputConnection(source->GetOutputPort());
  bin->Update();
  vtkPointData* points = bin->GetOutput()->GetPointData();
  EXPECT_EQ(points->GetArray("edge_energy")->GetDataType(), VTK_DOUBLE);
  EXPECT_EQ(points->GetArray("edge_jump")->GetDataType(), VTK_FLOAT);
  EXPECT_EQ(points->GetArray("validity")->GetDataType(), VTK_UNSIGNED_CHAR);
  EXPECT_EQ(points->GetArray("block_count")->GetDataType(), VTK_UNSIGNED_INT);
  EXPECT_EQ(points->GetArray("grain_id")->GetDataType(), VTK_INT);
  ASSERT_EQ(points->GetArray("absorbance")->GetNumberOfComponents(), 2);
  EXPECT_STREQ(points->GetArray("absorbance")->GetComponentName(1), "8400.00 eV");
  EXPECT_EQ(points->GetScalars(), points->GetArray("absorbance"));
  EXPECT_EQ(paraxanes::StackEnergies(bin->GetOutput()).size(), 2u);
  EXPECT_FALSE(paraxanes::GetField(bin->GetOutput(), "paraxanes_version").empty());
  EXPECT_FALSE(points->HasArray("vtkGhostType")); // one rank

  int valid = 0;
  for (vtkIdType i = 0; i < bin->GetOutput()->GetNumberOfPoints(); ++i)
  {
    const bool is = points->GetArray("validity")->GetTuple1(i) == 0.0;
    valid += is ? 1 : 0;
    EXPECT_EQ(is, points->GetArray("block_count")->GetTuple1(i) >= 6.0);
    EXPECT_EQ(is, !std::isnan(points->GetArray("edge_energy")->GetTuple1(i)));
    EXPECT_EQ(is, !std::isnan(points->GetArray("edge_jump")->GetTuple1(i))); // one mask
    EXPECT_EQ(is, !std::isnan(points->GetArray("absorbance")->GetComponent(i, 1)));
  }
  EXPECT_GT(valid, 900);
  EXPECT_LT(valid, 1000);

  bin->GetPointArraySelection()->EnableArray("edge_jump");
  bin->Update();
  EXPECT_FALSE(points->HasArray("edge_energy"));
  EXPECT_TRUE(points->HasArray("edge_jump"));
  EXPECT_TRUE(points->HasArray("validity"));
  bin->GetPointArraySelection()->DisableArray("edge_jump");
  bin->Update();
  EXPECT_TRUE(points->HasArray("edge_energy"));
  EXPECT_FALSE(points->HasArray("edge_jump"));

  vtkNew<vtkVoxelBin> again;
  again->SetInputConnection(bin->GetOutputPort());
  again->SetBlockSize(3, 3, 1);
  again->Update();
  EXPECT_EQ(again->GetOutput()->GetFieldData()->GetArray("block_size")->GetComponent(0, 0), 6.0);
  EXPECT_EQ(again->GetOutput()->GetFieldData()->GetArray("block_size")->GetComponent(2, 0), 2.0);
  EXPECT_EQ(bin->GetOutput()->GetFieldData()->GetArray("block_size")->GetComponent(0, 0), 2.0);
}

// Else ParaView passes over block_centroid serially, which took longer than all of the binning.
TEST(VoxelBin, RangesOfAllArraysAreStoredAsVTKFindsThem)
{
  vtkNew<MapSource> source;
  vtkNew<vtkVoxelBin> bin;
  bin->SetInputConnection(source->GetOutputPort());
  bin->Update();
  vtkPointData* points = bin->GetOutput()->GetPointData();
  for (int i = 0; i < points->GetNumberOfArrays(); ++i)
  {
    vtkDataArray* array = points->GetArray(i);
    EXPECT_TRUE(array->GetInformation()->Has(vtkAbstractArray::PER_COMPONENT())) << i;
    const auto copy = vtk::TakeSmartPointer(array->NewInstance());
    copy->DeepCopy(array);
    copy->GetInformation()->Clear();
    for (int c = array->GetNumberOfComponents() > 1 ? -1 : 0; c < array->GetNumberOfComponents();
         ++c)
    {
      double stored[2];
      double found[2];
      array->GetRange(stored, c);
      copy->GetRange(found, c);
      EXPECT_DOUBLE_EQ(stored[0], found[0]) << array->GetName() << " " << c;
      EXPECT_DOUBLE_EQ(stored[1], found[1]) << array->GetName() << " " << c;
      array->GetFiniteRange(stored, c);
      copy->GetFiniteRange(found, c);
      EXPECT_DOUBLE_EQ(stored[0], found[0]) << array->GetName() << " " << c;
      EXPECT_DOUBLE_EQ(stored[1], found[1]) << array->GetName() << " " << c;
    }
  }
}

TEST(VoxelBin, ErrorsBecomeThoseOfTheMean)
{
  vtkNew<vtkImageData> image;
  image->SetDimensions(6, 2, 1);
  const auto add = [&](const char* name, const std::vector<float>& values)
  {
    vtkNew<vtkFloatArray> array;
    array->SetName(name);
    for (const float value : values)
    {
      array->InsertNextValue(value);
    }
    image->GetPointData()->AddArray(array);
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const char* name : { "edge_energy", "edge_energy_Ni" })
  {
    add(name, { 1.0f, 1.0f, 1.0f, nan, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f });
  }
  for (const char* name : { "edge_energy_error", "edge_energy_error_Ni" })
  {
    add(name, { 0.3f, 0.4f, 1.0f, nan, nan, 1.0f, 0.0f, 1.2f, 2.0f, 2.0f, 1.0f, 1.0f });
  }
  add("phase_error_map", std::vector<float>(12, 0.5f)); // not that of a map
  add("terror", { 1.0f, 2.0f, 3.0f, 3.0f, 3.0f, 3.0f, 3.0f, 2.0f, 3.0f, 3.0f, 3.0f, 3.0f });
  vtkNew<vtkVoxelBin> bin;
  bin->SetInputData(image);
  bin->SetBlockSize(2, 2, 1);
  bin->Update();
  vtkPointData* points = bin->GetOutput()->GetPointData();
  for (const char* name : { "edge_energy_error", "edge_energy_error_Ni" })
  {
    EXPECT_NEAR(points->GetArray(name)->GetTuple1(0), 1.3 / 4.0, 1e-7) << name;
    EXPECT_NEAR(points->GetArray(name)->GetTuple1(1), 1.0, 1e-7) << name;  // of three voxels
    EXPECT_TRUE(std::isnan(points->GetArray(name)->GetTuple1(2))) << name; // one is not known
  }
  EXPECT_EQ(points->GetArray("block_count")->GetTuple1(1), 3.0);
  EXPECT_EQ(points->GetArray("block_count")->GetTuple1(2), 4.0);
  EXPECT_EQ(points->GetArray("edge_energy")->GetTuple1(2), 1.0);
  EXPECT_NEAR(points->GetArray("terror")->GetTuple1(0), 2.0, 1e-7);
  EXPECT_NEAR(points->GetArray("phase_error_map")->GetTuple1(0), 0.5, 1e-7);
}

TEST(VoxelBin, WrongBlockSizesAreErrors)
{
  for (const std::array<int, 3>& size :
    std::vector<std::array<int, 3>>{ { 0, 2, 2 }, { 2, -1, 2 }, { 2, 2, 21 } })
  {
    vtkNew<MapSource> source;
    vtkNew<vtkVoxelBin> bin;
    const Errors errors(bin);
    bin->SetInputConnection(source->GetOutputPort());
    bin->SetBlockSize(size.data());
    bin->Update();
    EXPECT_TRUE(Contains(errors.Message(), "BlockSize is "));
    EXPECT_TRUE(Contains(errors.Message(), "Give sizes from 1 to those of the image"));
    EXPECT_EQ(bin->GetOutput()->GetNumberOfPoints(), 0);
  }
}

vtkSmartPointer<vtkImageData> LinearImage(int type, const Extent& extent)
{
  auto image = vtkSmartPointer<vtkImageData>::New();
  paraxanes::SetExtent(image, extent);
  image->SetSpacing(0.5, 0.25, 2.0);
  vtkSmartPointer<vtkDataArray> map;
  map.TakeReference(vtkDataArray::CreateDataArray(type));
  map->SetName("edge_energy");
  map->SetNumberOfTuples(image->GetNumberOfPoints());
  double p[3];
  for (vtkIdType i = 0; i < image->GetNumberOfPoints(); ++i)
  {
    image->GetPoint(i, p);
    map->SetTuple1(i, 8340.0 + 2.0 * p[0] - 4.0 * p[1] + 0.5 * p[2]);
  }
  image->GetPointData()->SetScalars(map);
  return image;
}

TEST(ValenceGradient, LinearMapOfAnyTypeIsExact)
{
  for (const int type : { VTK_FLOAT, VTK_DOUBLE, VTK_SHORT, VTK_LONG_LONG })
  {
    vtkNew<vtkValenceGradient> filter;
    filter->SetInputData(LinearImage(type, { -3, 3, 2, 6, 0, 5 }));
    filter->Update();
    vtkImageData* image = filter->GetOutput();
    auto* u = vtkFloatArray::SafeDownCast(image->GetPointData()->GetArray("valence_gradient"));
    auto* size =
      vtkFloatArray::SafeDownCast(image->GetPointData()->GetArray("valence_gradient_magnitude"));
    ASSERT_TRUE(u && size);
    EXPECT_EQ(image->GetPointData()->GetArray("edge_energy"),
      vtkImageData::SafeDownCast(filter->GetInput())->GetPointData()->GetArray("edge_energy"));
    int valid = 0;
    for (vtkIdType i = 0; i < size->GetNumberOfValues(); ++i)
    {
      if (!std::isnan(size->GetValue(i)))
      {
        ++valid;
        EXPECT_EQ(u->GetTypedComponent(i, 0), 2.0f);
        EXPECT_EQ(u->GetTypedComponent(i, 1), -4.0f);
        EXPECT_EQ(u->GetTypedComponent(i, 2), 0.5f);
        EXPECT_FLOAT_EQ(size->GetValue(i), std::sqrt(20.25f));
      }
    }
    EXPECT_EQ(valid, 5 * 3 * 4);
    EXPECT_EQ(paraxanes::GetField(image, "valence_gradient_unit"), "eV/um");
    EXPECT_EQ(paraxanes::GetField(image, "gradient_plane"), "Volume");
  }
}

TEST(ValenceGradient, PlanesAndFlatImages)
{
  struct
  {
    int Plane;
    Extent Whole;
    const char* Name;
    int Zero;
    int Valid;
  } cases[] = { { vtkValenceGradient::XY, { 0, 4, 0, 4, 0, 4 }, "XY", 2, 45 },
    { vtkValenceGradient::YZ, { 0, 4, 0, 4, 0, 4 }, "YZ", 0, 45 },
    { vtkValenceGradient::XZ, { 0, 4, 0, 4, 0, 4 }, "XZ", 1, 45 },
    { vtkValenceGradient::VOLUME, { 0, 4, 0, 4, 7, 7 }, "XY", 2, 9 },
    { vtkValenceGradient::XY, { 7, 7, 0, 4, 0, 4 }, "YZ", 0, 9 },
    { vtkValenceGradient::VOLUME, { 0, 4, -2, -2, 0, 4 }, "XZ", 1, 9 } };
  for (const auto& c : cases)
  {
    vtkNew<vtkValenceGradient> filter;
    filter->SetInputData(LinearImage(VTK_DOUBLE, c.Whole));
    filter->SetPlane(c.Plane);
    filter->Update();
    EXPECT_EQ(paraxanes::GetField(filter->GetOutput(), "gradient_plane"), c.Name);
    vtkDataArray* u = filter->GetOutput()->GetPointData()->GetArray("valence_gradient");
    const double expected[3] = { 2.0, -4.0, 0.5 };
    int valid = 0;
    for (vtkIdType i = 0; i < u->GetNumberOfTuples(); ++i)
    {
      for (int k = 0; k < 3 && !std::isnan(u->GetComponent(i, 0)); ++k)
      {
        EXPECT_EQ(u->GetComponent(i, k), k == c.Zero ? 0.0 : expected[k]);
        valid += k == 0 ? 1 : 0;
      }
    }
    EXPECT_EQ(valid, c.Valid) << c.Name;
  }
}

TEST(ValenceGradient, NamesFollowTheMap)
{
  const std::pair<const char*, const char*> names[] = { { "edge_energy_Ni", "valence_gradient_Ni" },
    { "true_edge_energy", "true_edge_energy_gradient" }, { "thickness", "thickness_gradient" },
    { "edge_energyX", "edge_energyX_gradient" } };
  for (const auto& name : names)
  {
    vtkSmartPointer<vtkImageData> image = LinearImage(VTK_DOUBLE, { 0, 4, 0, 4, 0, 4 });
    image->GetPointData()->GetScalars()->SetName(name.first);
    vtkNew<vtkValenceGradient> filter; // nothing chosen, no default name: the active scalars
    filter->SetInputData(image);
    filter->Update();
    const std::string gradient = name.second;
    EXPECT_TRUE(filter->GetOutput()->GetPointData()->HasArray(gradient.c_str()));
    EXPECT_TRUE(filter->GetOutput()->GetPointData()->HasArray((gradient + "_magnitude").c_str()));
    EXPECT_EQ(paraxanes::GetField(filter->GetOutput(), gradient + "_unit"),
      Contains(name.first, "energy") ? "eV/um" : "1/um");
  }
}

TEST(ValenceGradient, ErrorsOfTheMapGiveThatOfTheNorm)
{
  vtkNew<vtkImageData> image;
  image->SetDimensions(3, 3, 3);
  image->SetSpacing(0.5, 0.5, 0.5);
  vtkNew<vtkDoubleArray> map;
  map->SetName("edge_energy");
  vtkNew<vtkDoubleArray> errors;
  errors->SetName("edge_energy_error");
  for (int v = 0; v < 27; ++v)
  {
    map->InsertNextValue(8344.0 + v % 3);
    errors->InsertNextValue(0.1);
  }
  image->GetPointData()->AddArray(map);
  image->GetPointData()->AddArray(errors);
  vtkNew<vtkValenceGradient> gradient;
  gradient->SetInputData(image);
  gradient->Update();
  EXPECT_FALSE(gradient->GetOutput()->GetPointData()->HasArray("valence_gradient_error"));
  gradient->SetErrorArray("edge_energy_error");
  gradient->Update();
  vtkDataArray* error = gradient->GetOutput()->GetPointData()->GetArray("valence_gradient_error");
  ASSERT_NE(error, nullptr);
  EXPECT_NEAR(error->GetTuple1(13), 0.1 * std::sqrt(2.0) / (2.0 * 0.5), 1e-6);
  EXPECT_TRUE(std::isnan(error->GetTuple1(0)));
}

TEST(ValenceGradient, ErrorsSayWhatIsThere)
{
  vtkNew<MapSource> source;
  vtkNew<vtkValenceGradient> filter;
  const Errors errors(filter);
  filter->SetInputConnection(source->GetOutputPort());
  filter->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, "energy_map");
  filter->Update();
  EXPECT_TRUE(Contains(errors.Message(), "energy_map"));
  EXPECT_TRUE(Contains(errors.Message(), "edge_jump"));
  EXPECT_EQ(filter->GetOutput()->GetNumberOfPoints(), 0);

  errors.Algorithm->Clear();
  filter->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, "absorbance");
  filter->Update();
  EXPECT_TRUE(Contains(errors.Message(), "2 components"));

  vtkNew<vtkValenceGradient> line;
  const Errors lineErrors(line);
  line->SetInputData(LinearImage(VTK_DOUBLE, { 0, 9, 0, 0, 0, 0 }));
  line->Update();
  EXPECT_TRUE(Contains(lineErrors.Message(), "two dimensions"));
}

}
