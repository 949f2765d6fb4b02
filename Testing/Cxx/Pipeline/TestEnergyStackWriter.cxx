// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkEnergyStackWriter.h"

#include "EnergyStack.h"
#include "vtkEdgeEnergy.h"
#include "vtkTXMPhantomSource.h"
#include "vtkTXMStackReader.h"
#include "vtkVoxelBin.h"
#include "vtkXANESNormalize.h"

#include <vtkAOSDataArrayTemplate.h>
#include <vtkCallbackCommand.h>
#include <vtkCommand.h>
#include <vtkDoubleArray.h>
#include <vtkExecutive.h>
#include <vtkFieldData.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkMatrix3x3.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkSOADataArrayTemplate.h>
#include <vtkShortArray.h>
#include <vtkSmartPointer.h>
#include <vtkStringArray.h>
#include <vtkTestErrorObserver.h>
#include <vtkUnsignedCharArray.h>

#include <hdf5.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace
{

namespace fs = std::filesystem;

// A folder of its own for each test, and what is in it.
class EnergyStackWriter : public testing::Test
{
protected:
  void SetUp() override
  {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    this->Folder = fs::path(PARAXANES_TEST_OUTPUT) /
      ("writer-" + std::string(test->name()) + "-" + std::to_string(getpid()));
    fs::create_directories(this->Folder);
  }
  void TearDown() override { fs::remove_all(this->Folder); }

  std::string File(const std::string& name = "stack.h5") const
  {
    return (this->Folder / name).string();
  }
  int NumberOfFiles() const
  {
    return static_cast<int>(
      std::distance(fs::directory_iterator(this->Folder), fs::directory_iterator()));
  }

  fs::path Folder;
};

std::string Bytes(const std::string& path)
{
  std::ifstream file(path, std::ios::binary);
  return { std::istreambuf_iterator<char>(file), {} };
}

// A value that says where it is.
template <typename T>
T Sample(vtkIdType voxel, int energy)
{
  return static_cast<T>((voxel * 7 + energy * 31) % 113);
}

struct Grid
{
  std::array<int, 6> Extent;
  int Energies;

  vtkIdType Size(int axis) const { return this->Extent[2 * axis + 1] - this->Extent[2 * axis] + 1; }
  vtkIdType Voxels() const { return this->Size(0) * this->Size(1) * this->Size(2); }
};

std::vector<double> EnergiesOf(int count)
{
  std::vector<double> energies;
  for (int k = 0; k < count; ++k)
  {
    energies.push_back(8333.0 + k / 3.0); // no decimal fractions
  }
  return energies;
}

// The array may have any class.
template <class Array>
vtkSmartPointer<vtkImageData> MakeStack(const Grid& grid, const char* name = "absorbance")
{
  auto image = vtkSmartPointer<vtkImageData>::New();
  image->SetExtent(const_cast<int*>(grid.Extent.data()));
  image->SetSpacing(0.03, 0.031, 0.1);
  image->SetOrigin(-1.7, 2.3, 0.7);
  vtkNew<Array> array;
  array->SetName(name);
  array->SetNumberOfComponents(grid.Energies);
  array->SetNumberOfTuples(grid.Voxels());
  for (vtkIdType v = 0; v < grid.Voxels(); ++v)
  {
    for (int k = 0; k < grid.Energies; ++k)
    {
      array->SetTypedComponent(v, k, Sample<typename Array::ValueType>(v, k));
    }
  }
  image->GetPointData()->SetScalars(array);
  paraxanes::SetStackEnergies(image, EnergiesOf(grid.Energies));
  paraxanes::SetField(image, "element", "Ni");
  paraxanes::SetField(image, "absorbance_unit", "1/um");
  paraxanes::SetField(image, "E0", std::vector<double>{ 8333.1 });
  return image;
}

// Runs a writer and keeps what it says.
struct Writing
{
  vtkNew<vtkEnergyStackWriter> Writer;
  vtkNew<vtkTest::ErrorObserver> Said;
  vtkNew<vtkTest::ErrorObserver> Executive;

  explicit Writing(vtkImageData* image, const std::string& file, int level = 0)
  {
    if (image)
    {
      this->Writer->SetInputData(image);
    }
    this->Writer->SetFileName(file);
    this->Writer->SetCompressionLevel(level);
    this->Writer->AddObserver(vtkCommand::ErrorEvent, this->Said);
    this->Writer->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->Executive);
  }
  void ExpectDone()
  {
    EXPECT_EQ(this->Writer->Write(), 1);
    EXPECT_FALSE(this->Said->GetError()) << this->Said->GetErrorMessage();
  }
  void ExpectError(const std::string& message)
  {
    EXPECT_EQ(this->Writer->Write(), 0);
    EXPECT_NE(this->Said->GetErrorMessage().find(message), std::string::npos)
      << this->Said->GetErrorMessage();
  }
};

// Reads with the HDF5 library alone.
class Reading
{
public:
  explicit Reading(const std::string& path)
    : File(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT))
  {
  }
  ~Reading() { H5Fclose(this->File); }

  std::vector<hsize_t> Sizes(const char* path)
  {
    const hid_t data = H5Dopen2(this->File, path, H5P_DEFAULT);
    const hid_t space = H5Dget_space(data);
    std::vector<hsize_t> sizes(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
    H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
    H5Sclose(space);
    H5Dclose(data);
    return sizes;
  }
  hid_t Type(const char* path)
  {
    const hid_t data = H5Dopen2(this->File, path, H5P_DEFAULT);
    const hid_t type = H5Dget_type(data);
    H5Dclose(data);
    return type;
  }
  std::vector<unsigned char> Values(const char* path, hid_t type)
  {
    std::size_t count = 1;
    for (const hsize_t size : this->Sizes(path))
    {
      count *= size;
    }
    std::vector<unsigned char> bytes(count * H5Tget_size(type));
    const hid_t data = H5Dopen2(this->File, path, H5P_DEFAULT);
    EXPECT_GE(H5Dread(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), 0) << path;
    H5Dclose(data);
    return bytes;
  }
  std::vector<double> Numbers(const char* path)
  {
    const std::vector<unsigned char> bytes = this->Values(path, H5T_NATIVE_DOUBLE);
    std::vector<double> numbers(bytes.size() / sizeof(double));
    std::memcpy(numbers.data(), bytes.data(), bytes.size());
    return numbers;
  }
  std::vector<double> NumbersOfAttribute(const char* path, const char* name)
  {
    std::vector<double> numbers(3);
    const hid_t data = H5Dopen2(this->File, path, H5P_DEFAULT);
    const hid_t attribute = H5Aopen(data, name, H5P_DEFAULT);
    EXPECT_GE(H5Aread(attribute, H5T_NATIVE_DOUBLE, numbers.data()), 0);
    H5Aclose(attribute);
    H5Dclose(data);
    return numbers;
  }
  std::string TextOfAttribute(const char* path, const char* name)
  {
    const hid_t data = H5Dopen2(this->File, path, H5P_DEFAULT);
    const hid_t attribute = H5Aopen(data, name, H5P_DEFAULT);
    const hid_t type = H5Aget_type(attribute);
    char* pointer = nullptr;
    EXPECT_GE(H5Aread(attribute, type, &pointer), 0);
    const std::string text = pointer ? pointer : "";
    H5free_memory(pointer);
    H5Tclose(type);
    H5Aclose(attribute);
    H5Dclose(data);
    return text;
  }
  std::string Text(const char* path)
  {
    const hid_t type = this->Type(path);
    const hid_t data = H5Dopen2(this->File, path, H5P_DEFAULT);
    char* pointer = nullptr;
    EXPECT_GE(H5Dread(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &pointer), 0) << path;
    const std::string text = pointer ? pointer : "";
    H5free_memory(pointer);
    H5Dclose(data);
    H5Tclose(type);
    return text;
  }

private:
  const hid_t File;
};

// (energy, z, y, x), bit for bit.
template <typename T>
void ExpectSamples(const std::string& path, const Grid& grid, hid_t type)
{
  Reading file(path);
  std::vector<hsize_t> sizes = { static_cast<hsize_t>(grid.Energies),
    static_cast<hsize_t>(grid.Size(2)), static_cast<hsize_t>(grid.Size(1)),
    static_cast<hsize_t>(grid.Size(0)) };
  if (grid.Size(2) == 1)
  {
    sizes.erase(sizes.begin() + 1);
  }
  EXPECT_EQ(file.Sizes("/exchange/data"), sizes);
  const hid_t stored = file.Type("/exchange/data");
  EXPECT_GT(H5Tequal(stored, type), 0) << "stored in another type";
  H5Tclose(stored);
  const std::vector<unsigned char> bytes = file.Values("/exchange/data", type);
  std::vector<T> expected;
  for (int k = 0; k < grid.Energies; ++k)
  {
    for (vtkIdType v = 0; v < grid.Voxels(); ++v)
    {
      expected.push_back(Sample<T>(v, k));
    }
  }
  ASSERT_EQ(bytes.size(), expected.size() * sizeof(T));
  EXPECT_EQ(std::memcmp(bytes.data(), expected.data(), bytes.size()), 0);
}

const Grid Volume = { { -3, 8, 2, 12, -5, 4 }, 7 };
const Grid Flat = { { 0, 30, 0, 40, 3, 3 }, 5 };
// Several chunks of rows in a slice, the last not whole; several slabs.
const Grid Wide = { { 0, 1999, 0, 99, 0, 1 }, 3 };

TEST_F(EnergyStackWriter, WritesEveryTypeAndShapeToTheBit)
{
  for (const int level : { 0, 1, 9 })
  {
    for (const Grid& grid : { Volume, Flat, Wide, Grid{ { 5, 5, 0, 0, 0, 0 }, 4 } })
    {
      SCOPED_TRACE(std::to_string(grid.Voxels()) + " voxels, level " + std::to_string(level));
      Writing(MakeStack<vtkFloatArray>(grid), this->File(), level).ExpectDone();
      ExpectSamples<float>(this->File(), grid, H5T_NATIVE_FLOAT);
    }
    SCOPED_TRACE("level " + std::to_string(level));
    Writing(MakeStack<vtkDoubleArray>(Volume), this->File(), level).ExpectDone();
    ExpectSamples<double>(this->File(), Volume, H5T_NATIVE_DOUBLE);
    Writing(MakeStack<vtkShortArray>(Volume), this->File(), level).ExpectDone();
    ExpectSamples<short>(this->File(), Volume, H5T_NATIVE_SHORT);
    Writing(MakeStack<vtkUnsignedCharArray>(Volume), this->File(), level).ExpectDone();
    ExpectSamples<unsigned char>(this->File(), Volume, H5T_NATIVE_UCHAR);
    Writing(MakeStack<vtkSOADataArrayTemplate<float>>(Volume), this->File(), level).ExpectDone();
    ExpectSamples<float>(this->File(), Volume, H5T_NATIVE_FLOAT);
  }
  EXPECT_EQ(this->NumberOfFiles(), 1);
}

TEST_F(EnergyStackWriter, KeepsTheBitsOfNaN)
{
  for (const int level : { 0, 5 })
  {
    const auto image = MakeStack<vtkFloatArray>(Volume);
    auto* array = vtkFloatArray::SafeDownCast(image->GetPointData()->GetScalars());
    const std::array<std::uint32_t, 3> odd = { 0x7FC12345, 0xFFC00001, 0x7F800000 };
    std::memcpy(array->GetPointer(0), odd.data(), sizeof(odd)); // voxel 0, energies 0 to 2
    Writing(image, this->File(), level).ExpectDone();
    const std::vector<unsigned char> bytes =
      Reading(this->File()).Values("/exchange/data", H5T_NATIVE_FLOAT);
    for (std::size_t k = 0; k < odd.size(); ++k)
    {
      std::uint32_t bits = 0;
      std::memcpy(
        &bits, bytes.data() + k * static_cast<std::size_t>(Volume.Voxels()) * 4, sizeof(bits));
      EXPECT_EQ(bits, odd[k]);
    }
  }
}

TEST_F(EnergyStackWriter, DescribesTheStack)
{
  const auto image = MakeStack<vtkFloatArray>(Volume);
  const std::vector<double> pixels = { 1, 2, 3, 4, 5, 6, 7 };
  paraxanes::SetField(image, "pixel_size", pixels);
  paraxanes::SetField(image, "a/b", "slash");
  Writing(image, this->File()).ExpectDone();
  Reading file(this->File());
  EXPECT_EQ(file.Text("/implements"), "exchange:measurement:process");
  EXPECT_EQ(file.Numbers("/exchange/energy"), EnergiesOf(7));
  EXPECT_EQ(file.TextOfAttribute("/exchange/energy", "units"), "eV");
  EXPECT_EQ(file.Numbers("/exchange/pixel_size"), pixels);
  EXPECT_EQ(file.Numbers("/exchange/slice_spacing"), std::vector<double>{ 0.1 });
  EXPECT_EQ(file.TextOfAttribute("/exchange/data", "axes"), "energy:z:y:x");
  EXPECT_EQ(file.TextOfAttribute("/exchange/data", "units"), "1/um");
  EXPECT_EQ(file.TextOfAttribute("/exchange/data", "value_type"), "absorbance");
  EXPECT_EQ(file.NumbersOfAttribute("/exchange/data", "spacing"),
    (std::vector<double>{ 0.03, 0.031, 0.1 }));
  // The first voxel, wherever the extent begins.
  EXPECT_EQ(file.NumbersOfAttribute("/exchange/data", "origin"),
    (std::vector<double>{ -1.7 - 3 * 0.03, 2.3 + 2 * 0.031, 0.7 - 5 * 0.1 }));
  EXPECT_EQ(file.Numbers("/measurement/instrument/detector/actual_pixel_size_y"),
    std::vector<double>{ 0.031 });
  EXPECT_EQ(file.Text("/process/paraxanes/element"), "Ni");
  EXPECT_EQ(file.Text("/process/paraxanes/a_b"), "slash");
  EXPECT_EQ(file.Numbers("/process/paraxanes/E0"), std::vector<double>{ 8333.1 });
}

TEST_F(EnergyStackWriter, TakesTheArrayThatIsChosen)
{
  const auto image = MakeStack<vtkFloatArray>(Volume, "first");
  vtkNew<vtkFloatArray> map;
  map->SetName("edge_energy");
  map->SetNumberOfTuples(Volume.Voxels());
  image->GetPointData()->AddArray(map);
  image->GetPointData()->SetActiveScalars("edge_energy"); // no stack
  Writing(image, this->File()).ExpectDone();
  EXPECT_EQ(Reading(this->File()).TextOfAttribute("/exchange/data", "description"), "first");

  vtkNew<vtkFloatArray> second;
  second->SetName("second");
  second->SetNumberOfComponents(Volume.Energies);
  second->SetNumberOfTuples(Volume.Voxels());
  second->Fill(1.0);
  image->GetPointData()->AddArray(second);
  Writing chosen(image, this->File());
  chosen.Writer->SetDataArray("second");
  chosen.ExpectDone();
  EXPECT_EQ(Reading(this->File()).TextOfAttribute("/exchange/data", "description"), "second");
}

TEST_F(EnergyStackWriter, TheNameOfTheArrayComesBack)
{
  Writing(MakeStack<vtkFloatArray>(Volume, "normalized_absorbance"), this->File()).ExpectDone();
  vtkNew<vtkTXMStackReader> reader;
  reader->AddFileName(this->File().c_str());
  reader->Update();
  EXPECT_STREQ(
    reader->GetOutput()->GetPointData()->GetScalars()->GetName(), "normalized_absorbance");
  // What is made of the values is something else.
  reader->SetValueType(vtkTXMStackReader::TRANSMISSION);
  vtkNew<vtkTest::ErrorObserver> warnings; // of values that have no logarithm
  reader->AddObserver(vtkCommand::WarningEvent, warnings);
  reader->Update();
  EXPECT_STREQ(reader->GetOutput()->GetPointData()->GetScalars()->GetName(), "absorbance");
}

// Normalised twice, the edges would lie elsewhere.
TEST_F(EnergyStackWriter, NormalisedSpectraArePulledAsTheyAre)
{
  vtkNew<vtkTXMPhantomSource> phantom;
  phantom->SetSize(16);
  phantom->SetEdgeShape(vtkTXMPhantomSource::EXAFS);
  vtkNew<vtkXANESNormalize> normalize;
  normalize->SetInputConnection(phantom->GetOutputPort());
  normalize->SetMode(vtkXANESNormalize::EDGE_STEP);
  normalize->Update();
  Writing writing(normalize->GetOutput(), this->File());
  writing.Writer->SetDataArray("normalized_absorbance");
  writing.ExpectDone();

  for (const int crossing : { vtkEdgeEnergy::DOWN_FROM_MAXIMUM, vtkEdgeEnergy::NEAREST })
  {
    std::vector<std::vector<double>> maps;
    for (const int mode : { vtkTXMStackReader::STACK, vtkTXMStackReader::ENERGY_AS_TIME })
    {
      vtkNew<vtkTXMStackReader> reader;
      reader->AddFileName(this->File().c_str());
      reader->SetOutputMode(mode);
      vtkNew<vtkEdgeEnergy> filter;
      filter->SetInputConnection(reader->GetOutputPort());
      filter->SetCrossing(crossing);
      filter->Update();
      vtkImageData* output = filter->GetOutput();
      auto* edges = vtkDoubleArray::SafeDownCast(output->GetPointData()->GetArray("edge_energy"));
      ASSERT_TRUE(edges) << mode;
      maps.emplace_back(edges->GetPointer(0), edges->GetPointer(0) + edges->GetNumberOfValues());
      EXPECT_EQ(paraxanes::GetField(output, "normalization"), "Edge step (mu-pre)/edge_jump");
      EXPECT_FALSE(output->GetPointData()->HasArray("edge_jump"));

      normalize->SetInputConnection(reader->GetOutputPort());
      vtkNew<vtkTest::ErrorObserver> said;
      normalize->AddObserver(vtkCommand::ErrorEvent, said);
      vtkNew<vtkTest::ErrorObserver> executive;
      normalize->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, executive);
      normalize->Update();
      EXPECT_TRUE(said->GetError());
      normalize->RemoveObservers(vtkCommand::ErrorEvent);
    }
    ASSERT_EQ(maps[0].size(), maps[1].size());
    EXPECT_EQ(std::memcmp(maps[0].data(), maps[1].data(), maps[0].size() * sizeof(double)), 0);
    EXPECT_GT(std::count_if(maps[0].begin(), maps[0].end(), [](double e) { return e > 0.0; }), 100);
  }
}

TEST_F(EnergyStackWriter, PullsTheStackOfASourceThatShowsOneEnergy)
{
  for (const int level : { 0, 1 })
  {
    vtkNew<vtkTXMPhantomSource> phantom;
    phantom->SetSize(20);
    Writing whole(nullptr, this->File("whole.h5"), level);
    whole.Writer->SetInputConnection(phantom->GetOutputPort());
    whole.ExpectDone();
    phantom->SetOutputMode(vtkTXMPhantomSource::ENERGY_AS_TIME);
    Writing pulled(nullptr, this->File("pulled.h5"), level);
    pulled.Writer->SetInputConnection(phantom->GetOutputPort());
    pulled.ExpectDone();
    EXPECT_GT(Bytes(this->File("whole.h5")).size(), 400000U);
    EXPECT_TRUE(Bytes(this->File("whole.h5")) == Bytes(this->File("pulled.h5")));

    vtkNew<vtkVoxelBin> between;
    between->SetInputConnection(phantom->GetOutputPort());
    Writing behind(nullptr, this->File("behind.h5"), level);
    behind.Writer->SetInputConnection(between->GetOutputPort());
    behind.ExpectError("OutputMode");
    EXPECT_EQ(this->NumberOfFiles(), 2);
  }
}

TEST_F(EnergyStackWriter, SaysWhatIsWrongAndLeavesNothing)
{
  const auto image = MakeStack<vtkFloatArray>(Volume);
  Writing(nullptr, this->File()).ExpectError("no input");
  Writing(image, "").ExpectError("no file name");
  Writing(image, this->File("none/stack.h5")).ExpectError("No such file or directory");
  fs::create_directory(this->File("folder.h5"));
  Writing(image, this->File("folder.h5")).ExpectError("is no file");
  fs::remove(this->File("folder.h5"));

  Writing other(image, this->File());
  other.Writer->SetDataArray("nothing");
  other.ExpectError("there is no point array \"nothing\"; the input has absorbance (7 components)");

  const auto noEnergies = MakeStack<vtkFloatArray>(Volume);
  noEnergies->GetFieldData()->RemoveArray("energy");
  Writing(noEnergies, this->File()).ExpectError("no field data \"energy\"");
  const auto fewer = MakeStack<vtkFloatArray>(Volume);
  paraxanes::SetStackEnergies(fewer, EnergiesOf(6));
  Writing(fewer, this->File()).ExpectError("has 7 components and the stack 6 energies");
  const auto descending = MakeStack<vtkFloatArray>(Volume);
  paraxanes::SetStackEnergies(descending, { 7, 6, 5, 4, 3, 2, 1 });
  Writing(descending, this->File()).ExpectError("no energy stack");
  const auto turned = MakeStack<vtkFloatArray>(Volume);
  turned->SetDirectionMatrix(0, 1, 0, -1, 0, 0, 0, 0, 1);
  Writing(turned, this->File()).ExpectError("rotated");
  vtkNew<vtkImageData> empty;
  Writing(empty, this->File()).ExpectError("empty");
  EXPECT_EQ(this->NumberOfFiles(), 0);
}

TEST_F(EnergyStackWriter, NeedsAFolderThatCanBeWritten)
{
  if (geteuid() == 0)
  {
    GTEST_SKIP() << "root may write everywhere";
  }
  fs::permissions(this->Folder, fs::perms::owner_read | fs::perms::owner_exec);
  Writing(MakeStack<vtkFloatArray>(Volume), this->File()).ExpectError("Permission denied");
  fs::permissions(this->Folder, fs::perms::owner_all);
}

// What was there before is there still, and nothing else.
void ExpectNothingChanged(const fs::path& folder, const std::string& file)
{
  EXPECT_TRUE(Bytes(file) == "precious");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

// Samples that deflate cannot make small.
vtkSmartPointer<vtkImageData> NoisyStack()
{
  auto image = MakeStack<vtkFloatArray>(Wide);
  auto* array = vtkFloatArray::SafeDownCast(image->GetPointData()->GetScalars());
  std::uint32_t state = 1;
  for (vtkIdType i = 0; i < array->GetNumberOfValues(); ++i)
  {
    state = state * 1664525U + 1013904223U;
    array->SetValue(i, static_cast<float>(state) / 7.0F);
  }
  return image;
}

TEST_F(EnergyStackWriter, LeavesEverythingAsItWasAtTheLargestFileSize)
{
  std::ofstream(this->File()) << "precious";
  const auto image = NoisyStack();
  rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  // In the description, in the samples, and at the very end.
  for (const int level : { 0, 1 })
  {
    Writing(image, this->File("whole.h5"), level).ExpectDone();
    const auto size = static_cast<rlim_t>(fs::file_size(this->File("whole.h5")));
    fs::remove(this->File("whole.h5"));
    for (const rlim_t limit : { rlim_t{ 10 }, rlim_t{ 1000 }, rlim_t{ 100000 }, size - 1 })
    {
      SCOPED_TRACE("level " + std::to_string(level) + ", limit " + std::to_string(limit));
      const rlimit low = { limit, before.rlim_max };
      setrlimit(RLIMIT_FSIZE, &low);
      Writing writing(image, this->File(), level);
      const int done = writing.Writer->Write();
      setrlimit(RLIMIT_FSIZE, &before);
      EXPECT_EQ(done, 0);
      const std::string message = writing.Said->GetErrorMessage();
      EXPECT_NE(message.find("stack.h5"), std::string::npos) << message;
      EXPECT_NE(message.find("File too large"), std::string::npos) << message;
      ExpectNothingChanged(this->Folder, this->File());
    }
  }
  std::signal(SIGXFSZ, handler);
  // HDF5 still works.
  Writing(MakeStack<vtkFloatArray>(Wide), this->File()).ExpectDone();
  ExpectSamples<float>(this->File(), Wide, H5T_NATIVE_FLOAT);
}

TEST_F(EnergyStackWriter, LeavesEverythingAsItWasOnAFullDisk)
{
  const fs::path disk = this->Folder / "disk";
  fs::create_directory(disk);
  if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=200k") != 0)
  {
    GTEST_SKIP() << "a small disk cannot be mounted here";
  }
  const std::string file = (disk / "stack.h5").string();
  std::ofstream(file) << "precious";
  for (const int level : { 0, 1 })
  {
    SCOPED_TRACE("level " + std::to_string(level));
    Writing writing(NoisyStack(), file, level);
    writing.ExpectError("No space left on device");
    const std::string message = writing.Said->GetErrorMessage();
    EXPECT_NE(message.find("bytes free"), std::string::npos) << message;
    EXPECT_EQ(level == 0, message.find("It needs 48") != std::string::npos) << message;
    ExpectNothingChanged(disk, file);
  }
  umount(disk.c_str());
}

TEST_F(EnergyStackWriter, StopsWhenItIsTold)
{
  std::ofstream(this->File()) << "precious";
  for (const int level : { 0, 1 })
  {
    Writing writing(MakeStack<vtkFloatArray>(Wide), this->File(), level);
    int reports = 0;
    vtkNew<vtkCallbackCommand> abort;
    abort->SetClientData(&reports);
    abort->SetCallback(
      [](vtkObject* caller, unsigned long, void* data, void*)
      {
        if (++*static_cast<int*>(data) == 2)
        {
          vtkAlgorithm::SafeDownCast(caller)->SetAbortExecute(1);
        }
      });
    writing.Writer->AddObserver(vtkCommand::ProgressEvent, abort);
    EXPECT_EQ(writing.Writer->Write(), 0);
    EXPECT_FALSE(writing.Said->GetError()) << writing.Said->GetErrorMessage();
    EXPECT_LE(reports, 3);
    ExpectNothingChanged(this->Folder, this->File());
  }
}

TEST_F(EnergyStackWriter, WritesThroughALink)
{
  fs::create_symlink("target.h5", this->File());
  std::ofstream(this->File("target.h5")) << "old";
  Writing(MakeStack<vtkFloatArray>(Volume), this->File()).ExpectDone();
  EXPECT_TRUE(fs::is_symlink(this->File()));
  ExpectSamples<float>(this->File("target.h5"), Volume, H5T_NATIVE_FLOAT);
}

}
