# Written by hand, for a PHY with RMII on a Pmod. Only Vivado reads it.

# RMII specification 1.2, 7.4: TXD, TX_EN, RXD and CRS_DV are there 4 ns before the rising edge of REF_CLK and stay 2 ns after it.
set_output_delay -clock rmii_ref_clk -max 4.000 [get_ports {rmii_txd[*] rmii_tx_en}]
set_output_delay -clock rmii_ref_clk -min -2.000 [get_ports {rmii_txd[*] rmii_tx_en}]
set_input_delay -clock rmii_ref_clk -max 16.000 [get_ports {rmii_rxd[*] rmii_crs_dv}]
set_input_delay -clock rmii_ref_clk -min 2.000 [get_ports {rmii_rxd[*] rmii_crs_dv}]

# A level that lasts far longer than a cycle.
set_false_path -to [get_ports rmii_rst_n]
