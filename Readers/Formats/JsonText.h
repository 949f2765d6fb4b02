// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file JsonText.h
 * A JSON text of a user: what is wrong with it is said with the place where it stands.
 */
#ifndef JsonText_h
#define JsonText_h

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace paraxanes
{

/// The value in a file. Throws FormatError with line and column of what is no JSON, and for keys
/// that are given twice.
nlohmann::json ParseJson(const std::string& path);

/// A value of the text, and the place where it stands: frames[3].images[0]. What is not as expected
/// throws FormatError with the file and the place.
class JsonNode
{
public:
  /// Value and file have to outlive the node.
  JsonNode(const nlohmann::json& value, const std::string& file, std::string place);

  [[noreturn]] void Fail(const std::string& what) const;
  /// "7 is found; <what> is expected."
  [[noreturn]] void Expect(const std::string& what) const;

  bool IsText() const { return this->Value.is_string(); }
  bool IsList() const { return this->Value.is_array(); }
  bool Has(const char* key) const { return this->Value.contains(key); }

  void CheckKeys(const std::vector<std::string>& known) const;
  JsonNode Get(const char* key) const;
  std::vector<JsonNode> List() const;
  std::vector<JsonNode> List(std::size_t count) const;           ///< of numbers
  std::string Text() const;                                      ///< not empty
  std::size_t Word(const std::vector<std::string>& words) const; ///< one of these; its index
  double Number() const;
  double Positive(const char* what) const;
  double NotNegative(const char* what) const;
  std::int64_t Integer(std::int64_t least, std::int64_t most) const;
  int Int(int least) const;

private:
  const nlohmann::json& Value;
  const std::string& File;
  std::string Place;
};

}

#endif
