// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "HDF5File.h"

#include "StackFormat.h"
#include "Units.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <set>

namespace paraxanes
{
namespace
{

constexpr std::size_t MostNumbers = 1000000;
constexpr std::size_t MostTextBytes = 1 << 20;
constexpr std::size_t MostObjects = 5000;
constexpr int DeepestGroup = 32;

// A link into another file must not open what waits for ever, such as a pipe.
herr_t FollowPlainFilesOnly(
  const char* parentFile, const char*, const char* childFile, const char*, unsigned*, hid_t, void*)
{
  namespace fs = std::filesystem;
  std::error_code error;
  for (const fs::path& file :
    { fs::path(childFile), fs::path(parentFile).parent_path() / fs::path(childFile) })
  {
    const fs::file_status status = fs::status(file, error);
    if (fs::exists(status) && !fs::is_regular_file(status))
    {
      return -1;
    }
  }
  return 0;
}

std::optional<HDF5Sizes> SizesOf(hid_t space)
{
  const H5S_class_t kind = H5Sget_simple_extent_type(space);
  const int rank = H5Sget_simple_extent_ndims(space);
  if (kind == H5S_NULL || rank < 0)
  {
    return std::nullopt;
  }
  std::vector<hsize_t> sizes(static_cast<std::size_t>(rank));
  if (rank > 0 && H5Sget_simple_extent_dims(space, sizes.data(), nullptr) < 0)
  {
    return std::nullopt;
  }
  return HDF5Sizes(sizes.begin(), sizes.end());
}

// Number of values; nothing where there are more than `most`.
std::optional<std::size_t> CountOf(const HDF5Sizes& sizes, std::size_t most)
{
  std::uint64_t count = 1;
  for (const std::uint64_t size : sizes)
  {
    if (size > most || count * size > most)
    {
      return std::nullopt;
    }
    count *= size;
  }
  return static_cast<std::size_t>(count);
}

std::string NameOfType(hid_t type)
{
  const std::string bits = std::to_string(8 * H5Tget_size(type));
  switch (H5Tget_class(type))
  {
    case H5T_INTEGER:
      return (H5Tget_sign(type) == H5T_SGN_NONE ? "uint" : "int") + bits;
    case H5T_FLOAT:
      return "float" + bits;
    case H5T_STRING:
      return "text";
    case H5T_COMPOUND:
      return "compound";
    case H5T_ENUM:
      return "enumeration";
    default:
      return "not numbers";
  }
}

bool IsNumber(hid_t type)
{
  const H5T_class_t kind = H5Tget_class(type);
  return kind == H5T_INTEGER || kind == H5T_FLOAT;
}

// A data set or an attribute, which are read alike.
class Values
{
public:
  explicit Values(HDF5Id object)
    : Object(std::move(object))
    , IsAttribute(this->Object.IsValid() && H5Iget_type(this->Object) == H5I_ATTR)
  {
    const bool isData = this->Object.IsValid() && H5Iget_type(this->Object) == H5I_DATASET;
    if (this->IsAttribute || isData)
    {
      this->Type =
        HDF5Id(this->IsAttribute ? H5Aget_type(this->Object) : H5Dget_type(this->Object));
      this->Space =
        HDF5Id(this->IsAttribute ? H5Aget_space(this->Object) : H5Dget_space(this->Object));
    }
  }

  std::optional<HDF5Numbers> Numbers() const
  {
    const std::optional<HDF5Sizes> sizes = this->Sizes();
    if (!sizes || !IsNumber(this->Type))
    {
      return std::nullopt;
    }
    const std::optional<std::size_t> count = CountOf(*sizes, MostNumbers);
    if (!count)
    {
      return std::nullopt;
    }
    HDF5Numbers numbers = { std::vector<double>(*count), *sizes };
    if (*count > 0 && !this->Read(H5T_NATIVE_DOUBLE, numbers.Values.data()))
    {
      return std::nullopt;
    }
    if (H5Tget_class(this->Type) == H5T_FLOAT && H5Tget_size(this->Type) == 4)
    {
      std::transform(
        numbers.Values.begin(), numbers.Values.end(), numbers.Values.begin(), ShortestDecimal);
    }
    return numbers;
  }

  std::vector<std::string> Texts() const
  {
    const std::optional<HDF5Sizes> sizes = this->Sizes();
    if (!sizes || H5Tget_class(this->Type) != H5T_STRING)
    {
      return {};
    }
    const std::optional<std::size_t> count = CountOf(*sizes, MostTextBytes / sizeof(char*));
    if (!count || *count == 0)
    {
      return {};
    }
    return H5Tis_variable_str(this->Type) > 0 ? this->VariableTexts(*count)
                                              : this->FixedTexts(*count);
  }

private:
  std::optional<HDF5Sizes> Sizes() const
  {
    return this->Type.IsValid() && this->Space.IsValid() ? SizesOf(this->Space) : std::nullopt;
  }

  bool Read(hid_t type, void* values) const
  {
    return (this->IsAttribute
               ? H5Aread(this->Object, type, values)
               : H5Dread(this->Object, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values)) >= 0;
  }

  std::vector<std::string> VariableTexts(std::size_t count) const
  {
    const HDF5Id type(H5Tcopy(H5T_C_S1));
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5Tget_cset(this->Type));
    std::vector<char*> pointers(count, nullptr);
    if (!this->Read(type, pointers.data()))
    {
      return {};
    }
    std::vector<std::string> texts;
    for (const char* pointer : pointers)
    {
      texts.emplace_back(pointer ? pointer : "");
    }
    H5Dvlen_reclaim(type, this->Space, H5P_DEFAULT, pointers.data());
    return texts;
  }

  std::vector<std::string> FixedTexts(std::size_t count) const
  {
    const std::size_t bytes = H5Tget_size(this->Type);
    if (bytes == 0 || bytes > MostTextBytes / count)
    {
      return {};
    }
    std::vector<char> characters(count * bytes);
    if (!this->Read(this->Type, characters.data()))
    {
      return {};
    }
    std::vector<std::string> texts;
    for (std::size_t k = 0; k < count; ++k)
    {
      const std::string text(characters.data() + k * bytes, bytes);
      const std::string used = text.substr(0, text.find('\0'));
      texts.push_back(used.substr(0, used.find_last_not_of(' ') + 1));
    }
    return texts;
  }

  const HDF5Id Object;
  const bool IsAttribute;
  HDF5Id Type;
  HDF5Id Space;
};

herr_t KeepFirst(unsigned, const H5E_error2_t* error, void* data)
{
  std::string& text = *static_cast<std::string*>(data);
  if (text.empty() && error->desc)
  {
    text = error->desc;
  }
  return 0;
}

herr_t KeepName(hid_t, const char* name, const H5L_info_t*, void* data)
{
  auto& names = *static_cast<std::vector<std::string>*>(data);
  names.emplace_back(name);
  return names.size() < MostObjects ? 0 : 1;
}

std::vector<std::string> NamesIn(hid_t group)
{
  std::vector<std::string> names;
  H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, KeepName, &names);
  return names;
}

}

HDF5DataSet DescribeDataSet(const HDF5Id& object, const std::string& path)
{
  HDF5DataSet data;
  data.Path = path;
  const HDF5Id type(H5Dget_type(object));
  const HDF5Id space(H5Dget_space(object));
  const std::optional<HDF5Sizes> sizes = SizesOf(space);
  data.Type = type.IsValid() && sizes ? NameOfType(type) : "empty";
  data.IsNumber = type.IsValid() && sizes && IsNumber(type);
  data.IsInteger = data.IsNumber && H5Tget_class(type) == H5T_INTEGER;
  data.Sizes = sizes.value_or(HDF5Sizes());
  return data;
}

HDF5Lock::HDF5Lock()
{
  static std::mutex mutex;
  this->Lock = std::unique_lock<std::mutex>(mutex);
  H5Eget_auto2(H5E_DEFAULT, &this->Function, &this->Data);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

HDF5Lock::~HDF5Lock()
{
  H5Eset_auto2(H5E_DEFAULT, this->Function, this->Data);
}

std::string HDF5Problem()
{
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, KeepFirst, &text);
  return text.empty() ? "it is damaged or cut off" : text;
}

HDF5Id::~HDF5Id()
{
  if (this->Id >= 0)
  {
    H5Idec_ref(this->Id);
  }
}

std::string TextOfSizes(const HDF5Sizes& sizes)
{
  std::string text;
  for (const std::uint64_t size : sizes)
  {
    text += (text.empty() ? "" : " x ") + std::to_string(size);
  }
  return text.empty() ? "one value" : text;
}

std::string HDF5DataSet::Text() const
{
  return this->Path + " (" + TextOfSizes(this->Sizes) + ", " + this->Type + ")";
}

HDF5File::HDF5File(const std::string& path)
  : FilePath(path)
  , Access(H5Pcreate(H5P_DATASET_ACCESS))
{
  H5Pset_elink_cb(this->Access, FollowPlainFilesOnly, nullptr);
  H5Pset_efile_prefix(this->Access, "${ORIGIN}"); // beside the file, not where the program runs
  this->File = HDF5Id(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  if (!this->File.IsValid())
  {
    const std::string problem = HDF5Problem();
    // File systems without locks, and files that another program has open for writing.
    const HDF5Id access(H5Pcreate(H5P_FILE_ACCESS));
    H5Pset_file_locking(access, false, true);
    this->File = HDF5Id(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access));
    if (!this->File.IsValid())
    {
      throw FormatError(path + " cannot be opened as an HDF5 file: " + problem + ".");
    }
  }
}

HDF5Id HDF5File::Open(const std::string& path) const
{
  H5O_info_t info;
  if (path.empty() ||
    H5Oget_info_by_name2(this->File, path.c_str(), &info, H5O_INFO_BASIC, this->Access) < 0)
  {
    return HDF5Id();
  }
  HDF5Id object;
  if (info.type == H5O_TYPE_DATASET)
  {
    object = HDF5Id(H5Dopen2(this->File, path.c_str(), this->Access));
  }
  // Also where it is open already with another place of its raw values.
  return object.IsValid() ? std::move(object)
                          : HDF5Id(H5Oopen(this->File, path.c_str(), this->Access));
}

std::optional<std::string> HDF5File::BrokenLink(const std::string& path) const
{
  H5L_info_t info;
  if (H5Lexists(this->File, path.c_str(), this->Access) <= 0 ||
    H5Lget_info(this->File, path.c_str(), &info, this->Access) < 0 ||
    (info.type != H5L_TYPE_SOFT && info.type != H5L_TYPE_EXTERNAL) ||
    info.u.val_size > MostTextBytes || this->Open(path).IsValid())
  {
    return std::nullopt;
  }
  std::vector<char> value(info.u.val_size + 1, '\0');
  const char* file = nullptr;
  const char* object = value.data();
  unsigned flags = 0;
  if (H5Lget_val(this->File, path.c_str(), value.data(), info.u.val_size, this->Access) < 0 ||
    (info.type == H5L_TYPE_EXTERNAL &&
      H5Lunpack_elink_val(value.data(), info.u.val_size, &flags, &file, &object) < 0))
  {
    return std::nullopt;
  }
  return file ? std::string(object) + " of the file " + file : std::string(object);
}

bool HDF5File::HasGroup(const std::string& path) const
{
  const HDF5Id object = this->Open(path);
  return object.IsValid() && H5Iget_type(object) == H5I_GROUP;
}

std::optional<HDF5DataSet> HDF5File::Find(const std::string& path) const
{
  const HDF5Id object = this->Open(path);
  if (!object.IsValid() || H5Iget_type(object) != H5I_DATASET)
  {
    return std::nullopt;
  }
  return DescribeDataSet(object, path.front() == '/' ? path : "/" + path);
}

std::vector<HDF5DataSet> HDF5File::DataSets() const
{
  std::vector<HDF5DataSet> found;
  std::set<std::pair<unsigned long, haddr_t>> seen;
  std::size_t objects = 0;
  const auto visit = [&](const auto& self, const std::string& path, int depth) -> void
  {
    const HDF5Id object = this->Open(path.empty() ? "/" : path);
    H5O_info_t info;
    if (++objects > MostObjects || !object.IsValid() ||
      H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0 ||
      !seen.insert({ info.fileno, info.addr }).second)
    {
      return;
    }
    if (info.type == H5O_TYPE_DATASET)
    {
      found.push_back(DescribeDataSet(object, path));
    }
    else if (info.type == H5O_TYPE_GROUP && depth < DeepestGroup)
    {
      for (const std::string& name : NamesIn(object))
      {
        self(self, path + "/" + name, depth + 1);
      }
    }
  };
  visit(visit, "", 0);
  return found;
}

std::vector<std::string> HDF5File::Groups(const std::string& path) const
{
  std::vector<std::string> groups;
  const HDF5Id group = this->Open(path);
  if (group.IsValid() && H5Iget_type(group) == H5I_GROUP)
  {
    groups = NamesIn(group);
    const std::string folder = path == "/" ? path : path + "/";
    groups.erase(std::remove_if(groups.begin(), groups.end(),
                   [&](const std::string& name) { return !this->HasGroup(folder + name); }),
      groups.end());
  }
  return groups;
}

std::optional<HDF5Numbers> HDF5File::Numbers(const std::string& path) const
{
  return Values(this->Open(path)).Numbers();
}

namespace
{

HDF5Id OpenAttribute(const HDF5File& file, const std::string& path, const std::string& name)
{
  const HDF5Id object = file.Open(path);
  return object.IsValid() ? HDF5Id(H5Aopen(object, name.c_str(), H5P_DEFAULT)) : HDF5Id();
}

}

std::optional<HDF5Numbers> HDF5File::NumbersOfAttribute(
  const std::string& path, const std::string& name) const
{
  return Values(OpenAttribute(*this, path, name)).Numbers();
}

std::optional<std::string> HDF5File::Text(const std::string& path) const
{
  const std::vector<std::string> texts = this->Texts(path);
  return texts.empty() ? std::nullopt : std::optional<std::string>(texts.front());
}

std::vector<std::string> HDF5File::Texts(const std::string& path) const
{
  return Values(this->Open(path)).Texts();
}

std::optional<std::string> HDF5File::TextOfAttribute(
  const std::string& path, const std::string& name) const
{
  const std::vector<std::string> texts = this->TextsOfAttribute(path, name);
  return texts.empty() ? std::nullopt : std::optional<std::string>(texts.front());
}

std::vector<std::string> HDF5File::TextsOfAttribute(
  const std::string& path, const std::string& name) const
{
  return Values(OpenAttribute(*this, path, name)).Texts();
}

}
