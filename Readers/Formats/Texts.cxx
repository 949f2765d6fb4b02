// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Texts.h"

#include "TextNumbers.h"

#include <algorithm>
#include <filesystem>
#include <iomanip>
#include <sstream>

namespace paraxanes
{
namespace
{

bool IsDigit(char c)
{
  return c >= '0' && c <= '9';
}

}

std::string Text(double number, int digits)
{
  std::ostringstream text;
  text << std::setprecision(digits) << number;
  return text.str();
}

std::string ProjectionsAtAngles(std::size_t images, double first, double last)
{
  return "The " + std::to_string(images) + " images of an energy are projections at angles from " +
    Text(first, 5) + " to " + Text(last, 5) +
    " degrees, not slices of a volume: what is shown along z is the angle. Reconstruct them first.";
}

std::string BaseName(const std::string& path)
{
  return std::filesystem::path(path).filename().string();
}

std::string Extension(const std::string& path)
{
  return LowerCase(std::filesystem::path(path).extension().string());
}

bool NaturallyLess(const std::string& a, const std::string& b)
{
  std::size_t i = 0;
  std::size_t j = 0;
  const auto number = [](const std::string& text, std::size_t& position)
  {
    const std::size_t begin = std::min(text.find_first_not_of('0', position), text.size());
    position = begin;
    while (position < text.size() && IsDigit(text[position]))
    {
      ++position;
    }
    return text.substr(begin, position - begin);
  };
  while (i < a.size() && j < b.size())
  {
    if (IsDigit(a[i]) && IsDigit(b[j]))
    {
      const std::string x = number(a, i);
      const std::string y = number(b, j);
      if (x != y)
      {
        return x.size() != y.size() ? x.size() < y.size() : x < y;
      }
    }
    else if (a[i] != b[j])
    {
      return a[i] < b[j];
    }
    else
    {
      ++i;
      ++j;
    }
  }
  return i == a.size() && j < b.size();
}

}
