# Written by hand, for every board and every way to the wire. Only Vivado reads it.

# What no port uses is left alone. Vivado would pull it down, and one such pin resets the Ethernet PHY of a Zybo Z7 (E17, active
# low), which then takes the clock on K17 away too (UG908, "BITSTREAM.CONFIG.UNUSEDPIN").
set_property BITSTREAM.CONFIG.UNUSEDPIN PULLNONE [current_design]
