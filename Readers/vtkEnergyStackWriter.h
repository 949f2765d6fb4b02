// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkEnergyStackWriter
 * @brief Writes an energy stack to an HDF5 file in the Data Exchange layout.
 *
 * Input: vtkImageData with an energy stack (a point array of one component per energy of field data
 * `energy`), of any type, which is written as it is, to the bit; or, directly behind a source with
 * OutputMode EnergyAsTime, the spectra that this class pulls from it in slabs of at most 128 MiB,
 * so that a stack may be larger than the memory. The file has the samples, energies (eV), spacing
 * and origin (um), and all field data (Formats/DataExchangeWriter.h says where); other point arrays
 * are not in it: .vti files keep everything. TXM Stack Reader reads it back.
 *
 * On several ranks the first rank that owns a part makes the file and its description; then each
 * rank writes the part that it owns, so that all ranks have to see the same file system. Compressed
 * data all go through that first rank. The samples do not depend on the number of ranks.
 *
 * The file appears under its name when it is complete and on the disk; until then a file of that
 * name stays as it is. When something fails, on any rank, nothing remains, and Write() returns 0
 * on every rank.
 */
#ifndef vtkEnergyStackWriter_h
#define vtkEnergyStackWriter_h

#include "ParaXANESReadersModule.h"

#include <vtkWriter.h>

#include <string> // for std::string

namespace paraxanes
{
class Ranks;
struct StackToWrite;
}

class PARAXANESREADERS_EXPORT vtkEnergyStackWriter : public vtkWriter
{
public:
  static vtkEnergyStackWriter* New();
  vtkTypeMacro(vtkEnergyStackWriter, vtkWriter);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  ///@{
  /// The file to write, such as stack.h5.
  vtkSetMacro(FileName, std::string);
  vtkGetMacro(FileName, std::string);
  ///@}

  ///@{
  /// The point array to write. Empty or "None" (default): the stack, that is `absorbance`, else the
  /// active scalars, else the first array with one component per energy.
  vtkSetMacro(DataArray, std::string);
  vtkGetMacro(DataArray, std::string);
  ///@}

  ///@{
  /// 0 (default): not compressed. 1 (fast) to 9 (small): deflate.
  vtkSetClampMacro(CompressionLevel, int, 0, 9);
  vtkGetMacro(CompressionLevel, int);
  ///@}

  ///@{
  /// What this rank asks its input for; set by ParaView. Default: all, piece 0 of 1.
  vtkSetClampMacro(NumberOfPieces, int, 1, VTK_INT_MAX);
  vtkGetMacro(NumberOfPieces, int);
  vtkSetClampMacro(Piece, int, 0, VTK_INT_MAX);
  vtkGetMacro(Piece, int);
  ///@}

  /// Updates the input and writes the file; 1 when it is there. On several ranks all call it.
  int Write() override;

protected:
  vtkEnergyStackWriter();
  ~vtkEnergyStackWriter() override;

  vtkTypeBool ProcessRequest(
    vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int FillInputPortInformation(int port, vtkInformation* info) override;
  void WriteData() override;

  std::string FileName;
  std::string DataArray;
  int CompressionLevel = 0;
  int NumberOfPieces = 1;
  int Piece = 0;

private:
  vtkEnergyStackWriter(const vtkEnergyStackWriter&) = delete;
  void operator=(const vtkEnergyStackWriter&) = delete;

  bool Step(double fraction);
  bool FindStack(paraxanes::StackToWrite& stack, std::string& error);
  bool WriteStack(const paraxanes::Ranks& ranks, std::string& error);
  bool WriteBlock(
    const paraxanes::StackToWrite& stack, const paraxanes::Ranks& ranks, std::string& error);
  bool WriteCompressed(
    const paraxanes::StackToWrite& stack, const paraxanes::Ranks& ranks, std::string& error);

  bool InputArrived = false;
};

#endif
