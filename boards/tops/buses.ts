/** The buses of a top that are no bundles on both sides: the pins of the processing system, and the ports of a peer. */
import type { BundleShape, BundleSink, BundleSource, ForeignOutside, Outside } from '../../hdl-gen/index.ts';
import type { axi3, axiLite } from '../../hdl-gen/library/index.ts';
import type { PS7 } from '../../hdl-gen/library/xilinx/index.ts';
import type { AXI_LITE_PORTS } from '../../hw/axi-lite-slave.ts';

/** An instance of the processing system. */
export type Processor = ForeignOutside<(typeof PS7)['pins']>;
type Axi3Into = ReturnType<typeof axi3> extends BundleShape<infer B> ? BundleSource<B> : never;
/** The bus of a page, as the split gives it. */
export type PageBus = ReturnType<typeof axiLite> extends BundleShape<infer B> ? BundleSink<B> : never;

/** M_AXI_GP0 into the bridge. Its sizes have 2 bits, since its words have 32; locks, caches and protection go nowhere. */
export function connectGp0(ps7: Processor, bus: Axi3Into): void {
  bus.aw.valid.set(ps7.MAXIGP0AWVALID);
  bus.aw.addr.set(ps7.MAXIGP0AWADDR.zext(bus.aw.addr.width));
  bus.aw.id.set(ps7.MAXIGP0AWID.zext(bus.aw.id.width));
  bus.aw.len.set(ps7.MAXIGP0AWLEN);
  bus.aw.size.set(ps7.MAXIGP0AWSIZE.zext(3));
  bus.aw.burst.set(ps7.MAXIGP0AWBURST);
  ps7.MAXIGP0AWREADY.set(bus.aw.ready);
  bus.w.valid.set(ps7.MAXIGP0WVALID);
  bus.w.data.set(ps7.MAXIGP0WDATA.zext(bus.w.data.width));
  bus.w.strb.set(ps7.MAXIGP0WSTRB.zext(bus.w.strb.width));
  bus.w.id.set(ps7.MAXIGP0WID.zext(bus.w.id.width));
  bus.w.last.set(ps7.MAXIGP0WLAST);
  ps7.MAXIGP0WREADY.set(bus.w.ready);
  ps7.MAXIGP0BVALID.set(bus.b.valid);
  ps7.MAXIGP0BID.set(bus.b.id.zext(12));
  ps7.MAXIGP0BRESP.set(bus.b.resp);
  bus.b.ready.set(ps7.MAXIGP0BREADY);
  bus.ar.valid.set(ps7.MAXIGP0ARVALID);
  bus.ar.addr.set(ps7.MAXIGP0ARADDR.zext(bus.ar.addr.width));
  bus.ar.id.set(ps7.MAXIGP0ARID.zext(bus.ar.id.width));
  bus.ar.len.set(ps7.MAXIGP0ARLEN);
  bus.ar.size.set(ps7.MAXIGP0ARSIZE.zext(3));
  bus.ar.burst.set(ps7.MAXIGP0ARBURST);
  ps7.MAXIGP0ARREADY.set(bus.ar.ready);
  ps7.MAXIGP0RVALID.set(bus.r.valid);
  ps7.MAXIGP0RDATA.set(bus.r.data.zext(32));
  ps7.MAXIGP0RRESP.set(bus.r.resp);
  ps7.MAXIGP0RID.set(bus.r.id.zext(12));
  ps7.MAXIGP0RLAST.set(bus.r.last);
  bus.r.ready.set(ps7.MAXIGP0RREADY);
  for (const request of [bus.aw, bus.ar]) {
    request.lock.set(0);
    request.cache.set(0);
    request.prot.set(0);
  }
}

/** A page into the registers of a peer. */
export function connectFlat(page: PageBus, peer: Outside<typeof AXI_LITE_PORTS>): void {
  peer.sAxiAwaddr.set(page.aw.addr.zext(peer.sAxiAwaddr.width) as typeof peer.sAxiAwaddr);
  peer.sAxiAwvalid.set(page.aw.valid);
  page.aw.ready.set(peer.sAxiAwready);
  peer.sAxiWdata.set(page.w.data);
  peer.sAxiWstrb.set(page.w.strb);
  peer.sAxiWvalid.set(page.w.valid);
  page.w.ready.set(peer.sAxiWready);
  page.b.valid.set(peer.sAxiBvalid);
  page.b.resp.set(peer.sAxiBresp);
  peer.sAxiBready.set(page.b.ready);
  peer.sAxiAraddr.set(page.ar.addr.zext(peer.sAxiAraddr.width) as typeof peer.sAxiAraddr);
  peer.sAxiArvalid.set(page.ar.valid);
  page.ar.ready.set(peer.sAxiArready);
  page.r.valid.set(peer.sAxiRvalid);
  page.r.data.set(peer.sAxiRdata);
  page.r.resp.set(peer.sAxiRresp);
  peer.sAxiRready.set(page.r.ready);
}
