// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "HDF5NewFile.h"

#include "HDF5File.h"
#include "NewFile.h"

#if __has_include(<H5FDdevelop.h>)
#include <H5FDdevelop.h> // HDF5 1.14
#endif

#include <algorithm>
#include <cstring>
#include <limits>

namespace paraxanes
{

// An open file as HDF5 sees it: what every driver has, then our own.
struct HDF5NewFile::Driver
{
  H5FD_t Common;
  HDF5NewFile* Target;
  haddr_t EndOfAllocation;
  haddr_t EndOfFile;

  static Driver* From(H5FD_t* file) { return reinterpret_cast<Driver*>(file); }
  static const Driver* From(const H5FD_t* file) { return reinterpret_cast<const Driver*>(file); }

  // The first problem is kept, and nothing is written from then on.
  template <typename Work>
  void Try(Work work)
  {
    if (this->Target->Problem)
    {
      return;
    }
    try
    {
      work(this->Target->File);
    }
    catch (...)
    {
      this->Target->Problem = std::current_exception();
    }
  }

  static H5FD_t* Open(const char*, unsigned, hid_t fapl, haddr_t)
  {
    const void* info = H5Pget_driver_info(fapl);
    if (!info)
    {
      return nullptr;
    }
    auto* driver = new Driver();
    std::memcpy(&driver->Target, info, sizeof(driver->Target));
    return &driver->Common;
  }

  static herr_t Close(H5FD_t* file)
  {
    delete From(file);
    return 0;
  }

  static herr_t Query(const H5FD_t*, unsigned long* flags)
  {
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA |
      H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
  }

  static haddr_t GetEndOfAllocation(const H5FD_t* file, H5FD_mem_t)
  {
    return From(file)->EndOfAllocation;
  }

  static herr_t SetEndOfAllocation(H5FD_t* file, H5FD_mem_t, haddr_t address)
  {
    From(file)->EndOfAllocation = address;
    return 0;
  }

  static haddr_t GetEndOfFile(const H5FD_t* file, H5FD_mem_t) { return From(file)->EndOfFile; }

  static herr_t Read(
    H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* buffer)
  {
    std::memset(buffer, 0, size);
    From(file)->Try(
      [&](NewFile& target) {
        target.Read(static_cast<std::int64_t>(address), buffer, static_cast<std::int64_t>(size));
      });
    return 0;
  }

  static herr_t Write(
    H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, const void* buffer)
  {
    Driver* driver = From(file);
    driver->Try(
      [&](NewFile& target) {
        target.Write(static_cast<std::int64_t>(address), buffer, static_cast<std::int64_t>(size));
      });
    driver->EndOfFile = std::max(driver->EndOfFile, address + size);
    return 0;
  }

  static herr_t Truncate(H5FD_t* file, hid_t, hbool_t)
  {
    Driver* driver = From(file);
    if (driver->EndOfFile != driver->EndOfAllocation)
    {
      driver->Try([&](NewFile& target)
        { target.Resize(static_cast<std::int64_t>(driver->EndOfAllocation)); });
      driver->EndOfFile = driver->EndOfAllocation;
    }
    return 0;
  }
};

HDF5NewFile::HDF5NewFile(NewFile& file)
  : File(file)
{
  H5FD_class_t driver = {};
#ifdef H5FD_CLASS_VERSION
  driver.version = H5FD_CLASS_VERSION;
  driver.value = static_cast<H5FD_class_value_t>(H5_VFD_RESERVED); // drivers of nobody else
#endif
  driver.name = "paraxanes";
  driver.maxaddr = static_cast<haddr_t>(std::numeric_limits<std::int64_t>::max());
  driver.fc_degree = H5F_CLOSE_STRONG;
  driver.fapl_size = sizeof(HDF5NewFile*);
  driver.open = Driver::Open;
  driver.close = Driver::Close;
  driver.query = Driver::Query;
  driver.get_eoa = Driver::GetEndOfAllocation;
  driver.set_eoa = Driver::SetEndOfAllocation;
  driver.get_eof = Driver::GetEndOfFile;
  driver.read = Driver::Read;
  driver.write = Driver::Write;
  driver.truncate = Driver::Truncate;
  const H5FD_mem_t map[H5FD_MEM_NTYPES] = H5FD_FLMAP_DICHOTOMY;
  std::copy(std::begin(map), std::end(map), std::begin(driver.fl_map));
  const HDF5Lock lock;
  this->DriverID = H5FDregister(&driver);
}

HDF5NewFile::~HDF5NewFile()
{
  if (this->DriverID >= 0)
  {
    const HDF5Lock lock;
    H5FDunregister(this->DriverID);
  }
}

hid_t HDF5NewFile::Create()
{
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  HDF5NewFile* self = this;
  const hid_t file = this->DriverID >= 0 && H5Pset_driver(access, this->DriverID, &self) >= 0
    ? H5Fcreate(this->File.Path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access)
    : -1;
  H5Pclose(access);
  return file;
}

void HDF5NewFile::Check() const
{
  if (this->Problem)
  {
    std::rethrow_exception(this->Problem);
  }
}

}
