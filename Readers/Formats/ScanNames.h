// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ScanNames.h
 * Names of the frames of a scan at SSRL beamline 6-2c, and the texts that list them.
 */
#ifndef ScanNames_h
#define ScanNames_h

#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace paraxanes
{

/// Frames of one scan: of the same sample, at the same angle, of the same tile of a mosaic.
struct ScanKey
{
  std::string Sample;
  std::string Angle; ///< such as "+012.50"; empty where the name has none
  std::string Tile;  ///< such as "X01_Y02"
  bool Tomography = false;

  bool operator==(const ScanKey& other) const { return this->Fields() == other.Fields(); }
  bool operator<(const ScanKey& other) const { return this->Fields() < other.Fields(); }
  std::tuple<const std::string&, const std::string&, const std::string&, bool> Fields() const
  {
    return { this->Sample, this->Angle, this->Tile, this->Tomography };
  }
};

/**
 * rep01_SAMPLE_08324.0_eV_001of003.xrm, an exposure of the sample, and
 * rep01_000051_ref_SAMPLE_08324.0_eV_001of010.xrm, one of the incident light; also with
 * _+012.50_Degree, _X01_Y02, with ref_ or tomo_ in front, and without what is not known.
 */
struct ScanFrame
{
  ScanKey Key;
  bool Reference = false;
  double Energy = 0.0; ///< eV
  int Repeat = 0;      ///< rep01: 1; 0 where the name has none
  int Exposures = 0;   ///< 001of003: 3; 0 where the name has none
};

/// Nothing for names that are no frames: other extensions than .xrm and .txrm, no energy.
std::optional<ScanFrame> ParseScanName(const std::string& name);

/// True for ScanInfo_*.txt with a list of files, and for scan scripts: .txt files with lines that
/// begin with "sete" and "collect". Other text files are none.
bool IsScanList(const std::string& path);

/// The names that such a file lists, without folders, in its order.
std::vector<std::string> ReadScanList(const std::string& path);

}

#endif
