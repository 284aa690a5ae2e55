// This target only exposes the system library declared in include/.
