// libyaml: the event parser behind Configuration (every event carries its line and column).
#pragma once
#include <yaml.h>
