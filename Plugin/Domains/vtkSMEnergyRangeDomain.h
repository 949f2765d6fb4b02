// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkSMEnergyRangeDomain
 * @brief The automatic value of an energy range of a filter, as numbers.
 *
 * The attribute `range` says which it is: PreEdge, PostEdge or Window. The numbers come from the
 * energies of the input, a stack or a table of spectra, and from the reference energy of the
 * required properties (functions Element, Edge, E0Source, E0, RangesRelativeToE0, RangeRule), by
 * the kernel function that the filter itself resolves "0 0" with. There are none where E0 is not
 * known before the filter runs.
 *
 * The bounds are the first and the last energy. ResetToDomainDefaults() of the property, which is
 * what the button beside it in the panel does, makes the automatic numbers its value. It is a
 * vtkSMArrayRangeDomain because panels have that button for these only.
 */
#ifndef vtkSMEnergyRangeDomain_h
#define vtkSMEnergyRangeDomain_h

#include "ParaXANESDomainsModule.h"

#include <vtkSMArrayRangeDomain.h>

#include <memory> // for std::unique_ptr

class vtkPVDataInformation;

class PARAXANESDOMAINS_EXPORT vtkSMEnergyRangeDomain : public vtkSMArrayRangeDomain
{
public:
  static vtkSMEnergyRangeDomain* New();
  vtkTypeMacro(vtkSMEnergyRangeDomain, vtkSMArrayRangeDomain);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  void Update(vtkSMProperty* property) override;

  /// Sets the automatic numbers. 0 where there are none.
  int SetDefaultValues(vtkSMProperty* property, bool useUncheckedValues) override;

protected:
  vtkSMEnergyRangeDomain();
  ~vtkSMEnergyRangeDomain() override;

  int ReadXMLAttributes(vtkSMProperty* property, vtkPVXMLElement* element) override;

private:
  vtkSMEnergyRangeDomain(const vtkSMEnergyRangeDomain&) = delete;
  void operator=(const vtkSMEnergyRangeDomain&) = delete;

  double FindE0(vtkPVDataInformation* data);

  struct Internals;
  std::unique_ptr<Internals> Internal;
};

#endif
