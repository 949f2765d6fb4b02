// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkStackDescriptionWriter.h"

#include "Formats/NewFile.h"
#include "Ranks.h"
#include "StackSource.h"

#include <vtkInformation.h>
#include <vtkObjectFactory.h>
#include <vtkSetGet.h>

#include <cstdint>
#include <exception>
#include <vtksys/SystemTools.hxx>

vtkStandardNewMacro(vtkStackDescriptionWriter);

vtkStackDescriptionWriter::vtkStackDescriptionWriter()
{
  this->SetNumberOfInputPorts(1);
  this->SetNumberOfOutputPorts(0);
}

vtkStackDescriptionWriter::~vtkStackDescriptionWriter() = default;

int vtkStackDescriptionWriter::FillInputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkImageData");
  return 1;
}

std::string vtkStackDescriptionWriter::Text(std::string& error)
{
  const bool connected = this->GetNumberOfInputConnections(0) > 0;
  paraxanes::StackSource* source = connected ? paraxanes::UpstreamSource(this) : nullptr;
  const std::string text = source
    ? source->DescriptionText(vtksys::SystemTools::GetFilenamePath(this->FileName), error)
    : std::string();
  if (text.empty() && error.empty())
  {
    error = "A .txmstack file describes the files of a TXM Stack Reader, and the input is " +
      std::string(source ? "a stack that is not made of files" : "something else") +
      ". Choose the reader itself, or save the data as .h5.";
  }
  return text;
}

int vtkStackDescriptionWriter::Write()
{
  if (!paraxanes::IsFirstRank())
  {
    return 1;
  }
  std::string error;
  if (this->FileName.empty())
  {
    error = "There is no FileName.";
  }
  const std::string text = error.empty() ? this->Text(error) : std::string();
  try
  {
    if (error.empty())
    {
      paraxanes::NewFile file(this->FileName);
      file.Write(0, text.data(), static_cast<std::int64_t>(text.size()));
      file.Commit();
      return 1;
    }
  }
  catch (const std::exception& exception)
  {
    error = exception.what();
  }
  vtkErrorMacro(<< error);
  return 0;
}

void vtkStackDescriptionWriter::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "FileName: " << this->FileName << "\n";
}
