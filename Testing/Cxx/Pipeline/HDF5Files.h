// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file HDF5Files.h
 * HDF5 files for tests: data sets of any type and storage, and a stack in every layout that the
 * reader knows.
 */
#ifndef HDF5Files_h
#define HDF5Files_h

#include <hdf5.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace hdf5test
{

using Sizes = std::vector<hsize_t>;

// How a data set is stored.
struct Storage
{
  hid_t Type = H5T_IEEE_F32LE;
  Sizes Chunk; // none: contiguous
  int Deflate = 0;
  bool Shuffle = false;
  bool Fletcher32 = false;
  bool Compact = false;
  bool Write = true;    // false: created only
  double Fill = 0.0;    // of chunks that are not written
  std::string External; // name of a file of the values
};

// A file that is being written; objects are named by their paths, and groups made as needed.
class File
{
public:
  explicit File(const std::string& path, hsize_t userBlock = 0)
  {
    const hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_userblock(creation, userBlock);
    this->Id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, H5P_DEFAULT);
    H5Pclose(creation);
    this->MakeGroups = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(this->MakeGroups, 1);
  }
  ~File()
  {
    H5Pclose(this->MakeGroups);
    H5Fclose(this->Id);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  hid_t Get() const { return this->Id; }

  void Data(const std::string& path, const Sizes& sizes, const std::vector<double>& values,
    const Storage& storage = {})
  {
    const hid_t space = sizes.empty()
      ? H5Screate(H5S_SCALAR)
      : H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr);
    const hid_t creation = Properties(sizes, storage);
    const hid_t data = H5Dcreate2(
      this->Id, path.c_str(), storage.Type, space, this->MakeGroups, creation, H5P_DEFAULT);
    if (storage.Write && !values.empty())
    {
      H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    }
    H5Dclose(data);
    H5Pclose(creation);
    H5Sclose(space);
  }

  // Numbers of one axis, in double precision.
  void Numbers(const std::string& path, const std::vector<double>& values)
  {
    Storage storage;
    storage.Type = H5T_IEEE_F64LE;
    this->Data(path, { values.size() }, values, storage);
  }

  void Number(const std::string& path, double value)
  {
    Storage storage;
    storage.Type = H5T_IEEE_F64LE;
    this->Data(path, {}, { value }, storage);
  }

  void Text(const std::string& path, const std::string& text, bool variable = true)
  {
    const hid_t type = TextType(variable ? 0 : text.size() + 3);
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t data =
      H5Dcreate2(this->Id, path.c_str(), type, space, this->MakeGroups, H5P_DEFAULT, H5P_DEFAULT);
    std::string padded = text + std::string(3, '\0');
    const char* pointer = padded.c_str();
    H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT,
      variable ? static_cast<const void*>(&pointer) : padded.data());
    H5Dclose(data);
    H5Sclose(space);
    H5Tclose(type);
  }

  // Of variable length, along one axis.
  void Texts(const std::string& path, const std::vector<std::string>& texts)
  {
    const hid_t type = TextType(0);
    std::vector<const char*> pointers;
    for (const std::string& text : texts)
    {
      pointers.push_back(text.c_str());
    }
    const hsize_t count = texts.size();
    const hid_t space = H5Screate_simple(1, &count, nullptr);
    const hid_t data =
      H5Dcreate2(this->Id, path.c_str(), type, space, this->MakeGroups, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data());
    H5Dclose(data);
    H5Sclose(space);
    H5Tclose(type);
  }

  void Group(const std::string& path)
  {
    H5Gclose(H5Gcreate2(this->Id, path.c_str(), this->MakeGroups, H5P_DEFAULT, H5P_DEFAULT));
  }

  // Texts of variable length; one alone is no array.
  void Attribute(
    const std::string& path, const std::string& name, const std::vector<std::string>& texts)
  {
    const hid_t type = TextType(0);
    std::vector<const char*> pointers;
    for (const std::string& text : texts)
    {
      pointers.push_back(text.c_str());
    }
    const hsize_t count = texts.size();
    const hid_t space = count == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, nullptr);
    this->Attribute(path, name, type, space, pointers.data());
    H5Tclose(type);
  }

  void Attribute(const std::string& path, const std::string& name, double number)
  {
    this->Attribute(path, name, H5T_NATIVE_DOUBLE, H5Screate(H5S_SCALAR), &number);
  }

  void SoftLink(const std::string& path, const std::string& target)
  {
    H5Lcreate_soft(target.c_str(), this->Id, path.c_str(), this->MakeGroups, H5P_DEFAULT);
  }
  void HardLink(const std::string& path, const std::string& target)
  {
    H5Lcreate_hard(this->Id, target.c_str(), this->Id, path.c_str(), this->MakeGroups, H5P_DEFAULT);
  }
  void ExternalLink(const std::string& path, const std::string& file, const std::string& target)
  {
    H5Lcreate_external(
      file.c_str(), target.c_str(), this->Id, path.c_str(), this->MakeGroups, H5P_DEFAULT);
  }

private:
  static hid_t TextType(std::size_t bytes) // 0: variable
  {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, bytes == 0 ? H5T_VARIABLE : bytes);
    return type;
  }

  static hid_t Properties(const Sizes& sizes, const Storage& storage)
  {
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    if (!storage.Chunk.empty())
    {
      H5Pset_chunk(creation, static_cast<int>(storage.Chunk.size()), storage.Chunk.data());
      H5Pset_fill_value(creation, H5T_NATIVE_DOUBLE, &storage.Fill);
    }
    if (storage.Shuffle)
    {
      H5Pset_shuffle(creation);
    }
    if (storage.Deflate > 0)
    {
      H5Pset_deflate(creation, static_cast<unsigned>(storage.Deflate));
    }
    if (storage.Fletcher32)
    {
      H5Pset_fletcher32(creation);
    }
    if (storage.Compact)
    {
      H5Pset_layout(creation, H5D_COMPACT);
    }
    if (!storage.External.empty())
    {
      hsize_t bytes = H5Tget_size(storage.Type);
      for (const hsize_t size : sizes)
      {
        bytes *= size;
      }
      H5Pset_external(creation, storage.External.c_str(), 0, bytes);
    }
    return creation;
  }

  void Attribute(
    const std::string& path, const std::string& name, hid_t type, hid_t space, const void* values)
  {
    const hid_t object = H5Oopen(this->Id, path.c_str(), H5P_DEFAULT);
    const hid_t attribute = H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, values);
    H5Aclose(attribute);
    H5Oclose(object);
    H5Sclose(space);
  }

  hid_t Id;
  hid_t MakeGroups;
};

// A stack to be written in any layout.
struct Stack
{
  int Columns = 13;
  int Rows = 7;
  int Slices = 1;
  std::vector<double> Energies = { 8330.0, 8331.5, 8340.25, 8350.0 }; // eV
  double PixelSize = 0.0382;                                          // um
  std::function<double(int x, int y, int z, int e)> Value;

  std::size_t NumberOfEnergies() const { return this->Energies.size(); }
  std::vector<double> KiloElectronVolts() const
  {
    std::vector<double> energies = this->Energies;
    for (double& energy : energies)
    {
      energy /= 1000.0;
    }
    return energies;
  }

  hsize_t Size(char axis) const
  {
    const int sizes[] = { this->Columns, this->Rows, this->Slices };
    return axis == 'e' ? this->Energies.size()
      : axis == 't'    ? 2
                       : static_cast<hsize_t>(sizes[axis - 'x']);
  }
  Sizes SizesOf(const std::string& axes) const
  {
    Sizes sizes;
    for (const char axis : axes)
    {
      sizes.push_back(this->Size(axis));
    }
    return sizes;
  }
  // In the order of the axes, slowest first; the second time t is nothing but -1.
  std::vector<double> Values(
    const std::string& axes, const std::function<double(double)>& change = nullptr) const
  {
    std::vector<double> values;
    std::vector<int> index(128, 0);
    const std::function<void(std::size_t)> loop = [&](std::size_t k)
    {
      if (k == axes.size())
      {
        const double value =
          index['t'] > 0 ? -1.0 : this->Value(index['x'], index['y'], index['z'], index['e']);
        values.push_back(change ? change(value) : value);
        return;
      }
      int& i = index[static_cast<std::size_t>(axes[k])];
      for (i = 0; i < static_cast<int>(this->Size(axes[k])); ++i)
      {
        loop(k + 1);
      }
      i = 0;
    };
    loop(0);
    return values;
  }
  void Write(
    File& file, const std::string& path, const std::string& axes, const Storage& storage = {}) const
  {
    file.Data(path, this->SizesOf(axes), this->Values(axes), storage);
  }
};

// APS Data Exchange: energies in keV (32-ID), or of the monochromator.
inline void WriteDataExchange(
  const std::string& path, const Stack& stack, const Storage& storage = {})
{
  File file(path);
  file.Text("/implements", "exchange:measurement");
  stack.Write(file, "/exchange/data", stack.Slices > 1 ? "ezyx" : "eyx", storage);
  file.Numbers("/exchange/energy", stack.KiloElectronVolts());
  file.Number("/measurement/instrument/detector/actual_pixel_size_x", stack.PixelSize * 1e-6);
  file.Attribute("/measurement/instrument/detector/actual_pixel_size_x", "units", { "m" });
}

inline void WriteSandbox(const std::string& path, const Stack& stack, const Storage& storage = {})
{
  const std::string group = "/registration_results/reg_results/";
  const bool volumes = stack.Slices > 1;
  File file(path);
  stack.Write(file, group + (volumes ? "registered_xanes3D" : "registered_xanes2D"),
    volumes ? "ezyx" : "eyx", storage);
  file.Data(group + "eng_list", { stack.NumberOfEnergies() }, stack.Energies);
}

// Already divided by the incident light: `stack` is transmission.
inline void WriteFXI(const std::string& path, const Stack& stack, const Storage& storage = {})
{
  File file(path);
  stack.Write(file, "/img_xanes", "eyx", storage);
  stack.Write(file, "/img_bkg", "eyx");
  stack.Write(file, "/img_dark", "yx");
  file.Numbers("/X_eng", stack.KiloElectronVolts());
  file.Text("/Pixel Size", std::to_string(stack.PixelSize * 1000.0) + "nm");
}

// One energy: projections, two images of the incident light, one dark one.
inline void WriteFXITomography(const std::string& path, const Stack& stack, int energy,
  const std::vector<double>& incident, double dark, const Storage& storage = {})
{
  Stack one = stack;
  one.Value = [&](int x, int y, int z, int) { return stack.Value(x, y, z, energy); };
  const hsize_t rows = one.Size('y');
  const hsize_t columns = one.Size('x');
  std::vector<double> references;
  for (const double value : incident)
  {
    references.insert(references.end(), rows * columns, value);
  }
  Storage counts = storage;
  counts.Type = H5T_STD_U16LE;
  File file(path);
  one.Write(file, "/img_tomo", "zyx", counts);
  counts.Chunk.clear();
  file.Data("/img_bkg", { incident.size(), rows, columns }, references, counts);
  file.Data("/img_dark", { 1, rows, columns }, std::vector<double>(rows * columns, dark), counts);
  file.Numbers("/angle", std::vector<double>(one.Size('z'), 1.0));
  file.Number("/X_eng", stack.KiloElectronVolts()[static_cast<std::size_t>(energy)]);
}

inline void WritePyXAS(const std::string& path, const Stack& stack, const Storage& storage = {})
{
  File file(path);
  stack.Write(file, "/img_xanes", stack.Slices > 1 ? "ezyx" : "eyx", storage);
  file.Numbers("/XEng", stack.KiloElectronVolts());
}

// Two times, of which the second is of no interest.
inline void WriteXanespy(const std::string& path, const Stack& stack, const Storage& storage = {})
{
  File file(path);
  stack.Write(file, "/cell_3/imported/optical_depths", "teyx", storage);
  stack.Write(file, "/cell_3/imported/intensities", "teyx");
  Storage real;
  real.Type = H5T_IEEE_F64LE;
  const std::size_t n = stack.NumberOfEnergies();
  std::vector<double> energies = stack.Energies;
  energies.insert(energies.end(), stack.Energies.begin(), stack.Energies.end());
  file.Data("/cell_3/imported/energies", { 2, n }, energies, real);
  file.Data(
    "/cell_3/imported/pixel_sizes", { 2, n }, std::vector<double>(2 * n, stack.PixelSize), real);
  file.Attribute("/cell_3/imported/pixel_sizes", "unit", { "um" });
}

// NXstxm, with the names of the axes, or (old files) their numbers.
inline void WriteNeXus(const std::string& path, const Stack& stack, bool old,
  const std::string& axes = "eyx", const Storage& storage = {})
{
  File file(path);
  file.Group("/entry1");
  file.Attribute("/entry1", "NX_class", { "NXentry" });
  file.Text("/entry1/definition", "NXstxm");
  file.Group("/entry1/counter0");
  file.Attribute("/entry1/counter0", "NX_class", { "NXdata" });
  const std::string group = "/entry1/counter0/";
  stack.Write(file, group + "data", axes, storage);
  file.Numbers(group + "energy", stack.Energies);
  file.Attribute(group + "energy", "units", { "eV" });
  for (const char axis : { 'x', 'y' })
  {
    std::vector<double> positions;
    for (hsize_t k = 0; k < stack.Size(axis); ++k)
    {
      positions.push_back(1000.0 * stack.PixelSize * static_cast<double>(k) - 500.0);
    }
    const std::string name = group + "sample_" + axis;
    file.Numbers(name, positions);
    file.Attribute(name, "units", { "nm" });
  }
  std::vector<std::string> names;
  for (std::size_t k = 0; k < axes.size(); ++k)
  {
    names.push_back(axes[k] == 'e' ? "energy" : std::string("sample_") + axes[k]);
    if (old)
    {
      file.Attribute(group + names.back(), "axis", static_cast<double>(k + 1));
    }
  }
  if (old)
  {
    file.Attribute(group + "data", "signal", 1.0);
  }
  else
  {
    file.Attribute("/entry1/counter0", "signal", { "data" });
    file.Attribute("/entry1/counter0", "axes", names);
  }
}

// `stack` is transmission; the pixel sizes follow the energy.
inline void WriteMistral(const std::string& path, const Stack& stack, const Storage& storage = {})
{
  File file(path);
  stack.Write(file, "/SpecNormalized/spectroscopy_normalized_aligned", "eyx", storage);
  file.Numbers("/SpecNormalized/energy", stack.Energies);
  std::vector<double> sizes(stack.NumberOfEnergies(), stack.PixelSize);
  sizes.back() *= 1.01;
  file.Numbers("/SpecNormalized/x_pixel_size", sizes);
  file.Numbers("/SpecNormalized/rotation_angle", { 0.0 });
}

// An array and its energies, as anybody may write them.
inline void WritePlain(
  const std::string& path, const Stack& stack, const std::string& axes, const Storage& storage = {})
{
  File file(path);
  stack.Write(file, "/counts", axes, storage);
  file.Numbers("/energy", stack.Energies);
  file.Attribute("/energy", "units", { "eV" });
}

}

#endif
