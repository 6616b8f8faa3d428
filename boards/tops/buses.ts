/** The buses of a top that are no bundles on both sides: the pins of the processing system, and the ports of a peer. */
import type { ForeignOutside, Outside } from '../../hdl-gen/index.ts';
import type { Axi3, AxiLite, Manager, Subordinate } from '../../hdl-gen/library/index.ts';
import type { PS7 } from '../../hdl-gen/library/xilinx/index.ts';
import type { AXI_LITE_PORTS } from '../../hw/axi-lite-slave.ts';

/** An instance of the processing system. */
export type Processor = ForeignOutside<(typeof PS7)['pins']>;
/** The bus of a page, as the split gives it. */
export type PageBus = Subordinate<AxiLite>;

/** M_AXI_GP0 into the bridge. Its sizes have 2 bits, since its words have 32; locks, caches and protection go nowhere. */
export function connectGp0(ps7: Processor, bus: Manager<Axi3>): void {
  connectRequest(ps7, 'AW', bus.aw);
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
  connectRequest(ps7, 'AR', bus.ar);
  ps7.MAXIGP0RVALID.set(bus.r.valid);
  ps7.MAXIGP0RDATA.set(bus.r.data.zext(32));
  ps7.MAXIGP0RRESP.set(bus.r.resp);
  ps7.MAXIGP0RID.set(bus.r.id.zext(12));
  ps7.MAXIGP0RLAST.set(bus.r.last);
  bus.r.ready.set(ps7.MAXIGP0RREADY);
}

function connectRequest(ps7: Processor, channel: 'AW' | 'AR', request: Manager<Axi3>['aw']): void {
  request.valid.set(ps7[`MAXIGP0${channel}VALID`]);
  request.addr.set(ps7[`MAXIGP0${channel}ADDR`].zext(request.addr.width));
  request.id.set(ps7[`MAXIGP0${channel}ID`].zext(request.id.width));
  request.len.set(ps7[`MAXIGP0${channel}LEN`]);
  request.size.set(ps7[`MAXIGP0${channel}SIZE`].zext(3));
  request.burst.set(ps7[`MAXIGP0${channel}BURST`]);
  request.lock.set(0);
  request.cache.set(0);
  request.prot.set(0);
  ps7[`MAXIGP0${channel}READY`].set(request.ready);
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
