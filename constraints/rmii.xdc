# Written by hand, for a PHY with RMII on a Pmod. Only Vivado reads it.

# Data sheet of the DP83848, RMII transmit timing (T2.26): TXD and TX_EN are there 4 ns before the rising edge of REF_CLK and stay
# 2 ns after it. 7 ns is what a PHY that gives REF_CLK itself may want, as a LAN8720 does: public constraints of such a MAC on a
# PYNQ say so; its data sheet was not at hand.
set_output_delay -clock rmii_ref_clk -max 7.000 [get_ports {rmii_txd[*] rmii_tx_en}]
set_output_delay -clock rmii_ref_clk -min -2.000 [get_ports {rmii_txd[*] rmii_tx_en}]
# RMII receive timing there (T2.27): RXD and CRS_DV come 2 to 14 ns after the edge. 16 ns leave 2 for the wires.
set_input_delay -clock rmii_ref_clk -max 16.000 [get_ports {rmii_rxd[*] rmii_crs_dv}]
set_input_delay -clock rmii_ref_clk -min 2.000 [get_ports {rmii_rxd[*] rmii_crs_dv}]

# Levels that last far longer than a cycle: the reset, and the management interface, whose cycle is at least 400 ns.
set_false_path -to [get_ports {rmii_rst_n rmii_mdc rmii_mdio}]
set_false_path -from [get_ports rmii_mdio]
# An MDIO that nobody drives reads 1; without this, the module must pull it up.
set_property PULLUP true [get_ports rmii_mdio]
