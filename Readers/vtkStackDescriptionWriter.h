// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkStackDescriptionWriter
 * @brief Writes a .txmstack file: of which images of which files a stack is made.
 *
 * The input is a reader of stacks itself (its description is written, no pixels: nothing is read
 * again), not a filter behind it. The first rank writes, under another name first, so that no part
 * of a file is left when something fails.
 */
#ifndef vtkStackDescriptionWriter_h
#define vtkStackDescriptionWriter_h

#include "ParaXANESReadersModule.h"

#include <vtkAlgorithm.h>

#include <string> // for std::string

class PARAXANESREADERS_EXPORT vtkStackDescriptionWriter : public vtkAlgorithm
{
public:
  static vtkStackDescriptionWriter* New();
  vtkTypeMacro(vtkStackDescriptionWriter, vtkAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  ///@{
  /// The file to write; one that is there is replaced. Paths in it are relative to its folder.
  vtkSetStdStringFromCharMacro(FileName);
  vtkGetCharFromStdStringMacro(FileName);
  ///@}

  /// 1 when it worked, on every rank but the first too.
  int Write();

protected:
  vtkStackDescriptionWriter();
  ~vtkStackDescriptionWriter() override;
  int FillInputPortInformation(int port, vtkInformation* info) override;

  std::string FileName;

private:
  vtkStackDescriptionWriter(const vtkStackDescriptionWriter&) = delete;
  void operator=(const vtkStackDescriptionWriter&) = delete;

  std::string Text(std::string& error);
};

#endif
