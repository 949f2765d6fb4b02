// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkSMStackArrayDomain
 * @brief The point arrays of the input that are energy stacks.
 *
 * These have one component per energy (field data `energy`); or one component, behind a source that
 * shows one energy at a time (field data `shown_energy`).
 */
#ifndef vtkSMStackArrayDomain_h
#define vtkSMStackArrayDomain_h

#include "ParaXANESDomainsModule.h"

#include <vtkSMArrayListDomain.h>

class PARAXANESDOMAINS_EXPORT vtkSMStackArrayDomain : public vtkSMArrayListDomain
{
public:
  static vtkSMStackArrayDomain* New();
  vtkTypeMacro(vtkSMStackArrayDomain, vtkSMArrayListDomain);
  void PrintSelf(ostream& os, vtkIndent indent) override;

protected:
  vtkSMStackArrayDomain();
  ~vtkSMStackArrayDomain() override;

  bool IsFilteredArray(vtkPVDataInformation* data, int association, const char* arrayName) override;

private:
  vtkSMStackArrayDomain(const vtkSMStackArrayDomain&) = delete;
  void operator=(const vtkSMStackArrayDomain&) = delete;
};

#endif
