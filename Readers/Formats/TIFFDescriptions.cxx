// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "TIFFDescriptions.h"

#include "EnergyNames.h"
#include "StackFormat.h"
#include "Units.h"

#include <vtk_pugixml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <numeric>

namespace paraxanes
{
namespace
{

double Number(const std::string& text)
{
  double number = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::isfinite(number) ? number : 0.0;
}

// The value behind "key=" at the begin of a line, as ImageJ writes it; else empty.
std::string ImageJValue(const std::string& description, const std::string& key)
{
  const std::string search = "\n" + key + "=";
  const std::size_t begin = description.find(search);
  if (!IsImageJ(description) || begin == std::string::npos)
  {
    return {};
  }
  const std::size_t value = begin + search.size();
  return description.substr(value, description.find_first_of("\r\n", value) - value);
}

// Sizes of the axes of the pages, and the fastest first.
struct Axes
{
  int Channels = 1;
  int Slices = 1;
  int Frames = 1;
  std::string Order = "CZT";

  std::int64_t Pages() const
  {
    return std::int64_t{ this->Channels } * this->Slices * this->Frames;
  }
  int Energies() const { return std::max(this->Channels, this->Frames); }
  int Size(char axis) const
  {
    return axis == 'C' ? this->Channels : axis == 'Z' ? this->Slices : this->Frames;
  }
  std::string Text() const
  {
    return std::to_string(this->Channels) + " channels, " + std::to_string(this->Slices) +
      " slices and " + std::to_string(this->Frames) + " frames";
  }
};

// Pages in the order of energies, and of slices within each.
std::vector<int> EnergyMajor(const Axes& axes)
{
  const auto step = [&](char axis)
  {
    int product = 1;
    for (const char faster : axes.Order.substr(0, axes.Order.find(axis)))
    {
      product *= axes.Size(faster);
    }
    return product;
  };
  const int energyStep = step(axes.Channels > 1 ? 'C' : 'T');
  const int sliceStep = step('Z');
  std::vector<int> order;
  for (int e = 0; e < axes.Energies(); ++e)
  {
    for (int z = 0; z < axes.Slices; ++z)
    {
      order.push_back(e * energyStep + z * sliceStep);
    }
  }
  return order;
}

// A count of a description: 0 where it is no sensible number.
int Count(double number)
{
  return number >= 1.0 && number <= 1e6 ? static_cast<int>(number) : 0;
}

void SetAxes(PageShape& shape, const Axes& axes, const char* who)
{
  if (axes.Channels > 1 && axes.Frames > 1)
  {
    throw FormatError(std::string("The ") + who + " description says " + axes.Text() +
      ". Energies are expected along the channels or the frames, and the other of them to be 1.");
  }
  shape.Slices = axes.Slices;
  shape.Order = EnergyMajor(axes);
}

std::string LocalName(const pugi::xml_node& node)
{
  const std::string name = node.name();
  const std::size_t colon = name.find(':');
  return colon == std::string::npos ? name : name.substr(colon + 1);
}

std::vector<pugi::xml_node> Children(const pugi::xml_node& node, const char* name)
{
  std::vector<pugi::xml_node> found;
  for (const pugi::xml_node& child : node.children())
  {
    if (LocalName(child) == name)
    {
      found.push_back(child);
    }
  }
  return found;
}

double PhysicalSize(const pugi::xml_node& pixels, const std::string& axis)
{
  const std::string name = "PhysicalSize" + axis;
  const std::string unit = pixels.attribute((name + "Unit").c_str()).value();
  const double size = Number(pixels.attribute(name.c_str()).value());
  // Without a unit it is um, says the schema.
  return std::max(0.0, size * (unit.empty() ? 1.0 : MicrometresPerUnit(unit)));
}

// Whether the planes are those of this file, in the order of the dimensions.
bool IsInOrder(const pugi::xml_node& pixels)
{
  std::string file;
  for (const pugi::xml_node& data : Children(pixels, "TiffData"))
  {
    for (const pugi::xml_node& uuid : Children(data, "UUID"))
    {
      const std::string name = uuid.attribute("FileName").value();
      if (!file.empty() && !name.empty() && name != file)
      {
        return false;
      }
      file = name.empty() ? file : name;
    }
  }
  return true;
}

// Where TiffData elements place each plane on a page of its own; else the order of the axes.
std::vector<int> PagesOfPlanes(const pugi::xml_node& pixels, const Axes& axes)
{
  std::vector<int> pages(static_cast<std::size_t>(axes.Pages()));
  std::iota(pages.begin(), pages.end(), 0);
  const auto step = [&](char axis)
  {
    std::int64_t product = 1;
    for (const char faster : axes.Order.substr(0, axes.Order.find(axis)))
    {
      product *= axes.Size(faster);
    }
    return product;
  };
  for (const pugi::xml_node& data : Children(pixels, "TiffData"))
  {
    const auto index = [&](const char* name)
    { return std::clamp<std::int64_t>(data.attribute(name).as_llong(), -1, axes.Pages()); };
    const std::int64_t c = index("FirstC");
    const std::int64_t z = index("FirstZ");
    const std::int64_t t = index("FirstT");
    const std::int64_t page = index("IFD");
    const std::int64_t first =
      std::min({ c, z, t }) < 0 ? -1 : c * step('C') + z * step('Z') + t * step('T');
    const std::int64_t planes =
      data.attribute("PlaneCount").as_llong(data.attribute("IFD").empty() ? axes.Pages() : 1);
    for (std::int64_t k = 0; k < std::min(planes, axes.Pages()); ++k)
    {
      if (first < 0 || page < 0 || first + k >= axes.Pages() || page + k >= axes.Pages())
      {
        break;
      }
      pages[static_cast<std::size_t>(first + k)] = static_cast<int>(page + k);
    }
  }
  return pages;
}

}

bool IsImageJ(const std::string& description)
{
  return description.compare(0, 7, "ImageJ=") == 0;
}

bool IsOME(const std::string& description)
{
  return description.compare(0, 1, "<") == 0 &&
    description.find("OME", 1) < std::min<std::size_t>(description.size(), 2000) &&
    description.find("Pixels") != std::string::npos;
}

double ImageJCount(const std::string& description)
{
  return Number(ImageJValue(description, "images"));
}

std::optional<double> ImageJUnit(const std::string& description)
{
  const std::string unit = ImageJValue(description, "unit");
  return unit.empty() ? std::nullopt : std::optional<double>(MicrometresPerUnit(unit));
}

PageShape ReadImageJ(
  const std::string& description, const std::vector<std::string>& labels, int pages)
{
  PageShape shape;
  const auto count = [&](const char* key)
  {
    const std::string text = ImageJValue(description, key);
    return text.empty() ? 1 : Count(Number(text));
  };
  shape.SliceSpacing = std::max(
    0.0, Number(ImageJValue(description, "spacing")) * ImageJUnit(description).value_or(0.0));
  Axes axes;
  axes.Channels = count("channels");
  axes.Slices = count("slices");
  axes.Frames = count("frames");
  if (axes.Pages() == pages)
  {
    SetAxes(shape, axes, "ImageJ");
  }
  else if (axes.Pages() > 1 || ImageJCount(description) > 1.0)
  {
    shape.Warnings.push_back("The ImageJ description says " + axes.Text() + ", and there are " +
      std::to_string(pages) + " pages: they are taken in their order.");
  }
  for (const std::string& label : labels)
  {
    const std::optional<NamedEnergy> energy = FindEnergy(label);
    if (energy)
    {
      shape.PageEnergies.push_back(energy->Energy);
    }
  }
  if (shape.PageEnergies.size() != labels.size() ||
    labels.size() != static_cast<std::size_t>(pages))
  {
    shape.PageEnergies.clear();
  }
  return shape;
}

PageShape ReadOME(const std::string& xml, int pages)
{
  PageShape shape;
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size()))
  {
    shape.Warnings.emplace_back("The OME description is no valid XML and is not used.");
    return shape;
  }
  std::vector<pugi::xml_node> images;
  for (const pugi::xml_node& root : Children(document, "OME"))
  {
    images = Children(root, "Image");
  }
  const std::vector<pugi::xml_node> found =
    images.empty() ? images : Children(images.front(), "Pixels");
  if (found.empty())
  {
    return shape;
  }
  const pugi::xml_node& pixels = found.front();
  shape.PixelSize = PhysicalSize(pixels, "X");
  shape.SliceSpacing = PhysicalSize(pixels, "Z");
  Axes axes;
  axes.Channels = Count(pixels.attribute("SizeC").as_double());
  axes.Slices = Count(pixels.attribute("SizeZ").as_double());
  axes.Frames = Count(pixels.attribute("SizeT").as_double());
  const std::string order = pixels.attribute("DimensionOrder").value();
  std::string sorted = order;
  std::sort(sorted.begin(), sorted.end());
  const bool valid = sorted == "CTXYZ" && order.compare(0, 2, "XY") == 0;
  if (axes.Pages() != pages || images.size() > 1 || !valid || !IsInOrder(pixels))
  {
    shape.Warnings.push_back("The OME description says " + axes.Text() + " in the order " + order +
      (images.size() > 1 ? " for the first of " + std::to_string(images.size()) + " images" : "") +
      ", and there are " + std::to_string(pages) +
      " pages in this file: they are taken in their order.");
    return shape;
  }
  axes.Order = order.substr(2);
  SetAxes(shape, axes, "OME");
  const std::vector<int> pageOf = PagesOfPlanes(pixels, axes);
  for (int& plane : shape.Order)
  {
    plane = pageOf[static_cast<std::size_t>(plane)];
  }

  std::vector<double> energies;
  for (const pugi::xml_node& channel : Children(pixels, "Channel"))
  {
    if (const auto energy = FindEnergy(channel.attribute("Name").value()))
    {
      energies.push_back(energy->Energy);
    }
  }
  if (axes.Frames == 1 && energies.size() == static_cast<std::size_t>(axes.Channels))
  {
    shape.PageEnergies.resize(static_cast<std::size_t>(pages));
    for (std::size_t k = 0; k < shape.Order.size(); ++k)
    {
      shape.PageEnergies[static_cast<std::size_t>(shape.Order[k])] =
        energies[k / static_cast<std::size_t>(axes.Slices)];
    }
  }
  return shape;
}

std::vector<std::string> ImageJLabels(
  const std::vector<unsigned char>& metadata, const std::vector<std::size_t>& sizes, bool bigEndian)
{
  const auto number = [&](std::size_t at)
  {
    std::uint32_t value = 0;
    for (std::size_t k = 0; k < 4; ++k)
    {
      value = value * 256 + metadata[at + (bigEndian ? k : 3 - k)];
    }
    return value;
  };
  const std::size_t header = sizes.empty() ? 0 : sizes.front();
  if (header < 12 || header > metadata.size() || number(0) != 0x494a494a) // "IJIJ"
  {
    return {};
  }
  std::vector<std::string> labels;
  std::size_t part = 1;
  std::size_t begin = header;
  for (std::size_t entry = 4; entry + 8 <= header; entry += 8)
  {
    const bool isLabel = number(entry) == 0x6c61626c; // "labl"
    const std::uint32_t count = number(entry + 4);
    for (std::uint32_t k = 0; k < count && part < sizes.size(); ++k, ++part)
    {
      if (sizes[part] > metadata.size() - begin)
      {
        return {};
      }
      std::string label; // UTF-16, of which energies need ASCII only
      for (std::size_t i = begin; isLabel && i + 1 < begin + sizes[part]; i += 2)
      {
        const unsigned char high = metadata[bigEndian ? i : i + 1];
        const unsigned char low = metadata[bigEndian ? i + 1 : i];
        label += high == 0 && low < 128 ? static_cast<char>(low) : '?';
      }
      begin += sizes[part];
      if (isLabel)
      {
        labels.push_back(label);
      }
    }
  }
  return labels;
}

}
