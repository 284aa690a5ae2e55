#include "CPriorityQueue.h"
