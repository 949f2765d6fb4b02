// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Workflow.h"

#include <pqActiveObjects.h>
#include <pqServer.h>

#include <vtkSMSessionProxyManager.h>

const QVector<paraxanes::WorkflowStep>& paraxanes::Workflow()
{
  static const QVector<WorkflowStep> steps = {
    { "sources", "AbsorptionStackReader", "OpenStack", {} },
    { "sources", "AbsorptionSpectrumReader", {}, {} },
    { "sources", "TXMPhantom", "Phantom",
      "<b>TXM Phantom</b><br>A simulated particle whose true edge energies are known." },
    { "filters", "StackQuality", {}, {} },
    { "filters", "EnergyCalibration", {}, {} },
    { "filters", "XANESNormalize", "Normalize",
      "<b>XANES Normalize</b><br>The normalised spectrum of every voxel of the selected stack: "
      "pre-edge 0, post-edge 1.",
      true },
    { "filters", "EdgeEnergy", "EdgeEnergy",
      "<b>Edge Energy</b><br>A map of the edge energy (the local state of charge) of the selected "
      "stack.",
      true },
    { "filters", "LinearCombinationFit", {}, {} },
    { "filters", "ValenceCalibration", {}, {} },
    { "filters", "ParticleLabels", {}, {} },
    { "filters", "MetalMass", {}, {} },
    { "filters", "VoxelBin", "VoxelBin",
      "<b>Voxel Bin</b><br>Means of a map over blocks of voxels: grain boundaries come out of the "
      "noise." },
    { "filters", "ValenceGradient", "Gradient",
      "<b>Valence Gradient</b><br>Where the edge energy of the selected map rises, and how "
      "steeply." },
    { "filters", "RadialAngleHistogram", "Angles",
      "<b>Radial Angle Histogram</b><br>The angles between the gradients and the lines to the "
      "particle's centre, as a chart against random directions." },
    { "filters", "PoolAngleTables", {}, {} },
    { "filters", "DepthProfile", {}, {} },
    { "filters", "MapHistogram", {}, {} },
    { "filters", "MaskedProjection", {}, {} },
    { "filters", "SpectrumProbe", "Spectrum", {} },
    { "filters", "SpectrumAnalysis", {}, {} },
  };
  return steps;
}

QIcon paraxanes::WorkflowIcon(const QString& name)
{
  return name.isEmpty() ? QIcon() : QIcon(":/ParaXANES/Icons/" + name + ".svg");
}

bool paraxanes::IsParaXANESLoaded()
{
  vtkSMSessionProxyManager* proxies = pqActiveObjects::instance().proxyManager();
  return proxies && proxies->HasDefinition("filters", "EdgeEnergy");
}
