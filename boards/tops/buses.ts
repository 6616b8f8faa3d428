/** The bus of a top that is no bundle on both sides: the pins of the processing system. */
import type { ForeignOutside } from '../../hdl-gen/index.ts';
import type { Axi3, AxiLite, Manager, Subordinate } from '../../hdl-gen/library/index.ts';
import type { PS7 } from '../../hdl-gen/library/xilinx/index.ts';

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
