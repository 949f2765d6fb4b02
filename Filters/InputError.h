// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file InputError.h
 * What is wrong with the input, in words for the user.
 */
#ifndef InputError_h
#define InputError_h

#include <sstream>
#include <stdexcept>
#include <string>

namespace paraxanes
{

struct InputError : std::runtime_error
{
  using std::runtime_error::runtime_error;
};

template <typename... Parts>
std::string TextOf(const Parts&... parts)
{
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

}

#endif
