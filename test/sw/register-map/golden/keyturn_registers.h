/* Registers of a relation of a Keyturn station, map version 4.0. Made from spec/station-registers.ts. */
#ifndef KEYTURN_REGISTERS_H
#define KEYTURN_REGISTERS_H

#include <stddef.h>
#include <stdint.h>

#define KEYTURN_IDENTIFICATION 0x4b545231u
#define KEYTURN_MAP_MAJOR 4u
#define KEYTURN_MAP_MINOR 0u
#define KEYTURN_WINDOW_SIZE 0x1000u

/* identification (ro): constant 0x4B545231, "KTR1" */
#define KEYTURN_IDENTIFICATION_OFFSET 0x000u
#define KEYTURN_IDENTIFICATION_RESET 0x4b545231u

/* capabilities (ro): what this hardware was generated for */
#define KEYTURN_CAPABILITIES_OFFSET 0x004u
#define KEYTURN_CAPABILITIES_SLOTS_SHIFT 0
#define KEYTURN_CAPABILITIES_SLOTS_MASK 0x0000000fu /* number of key slots */
#define KEYTURN_CAPABILITIES_FOLLOWER_SHIFT 4
#define KEYTURN_CAPABILITIES_FOLLOWER_MASK 0x00000010u /* role: 0 initiator, 1 follower */
#define KEYTURN_CAPABILITIES_ENGINE_SHIFT 8
#define KEYTURN_CAPABILITIES_ENGINE_MASK 0x00000f00u /* AEAD engine: 0 xor, 1 aes-128-gcm, 2 aes-256-gcm, 3 ascon-aead128 */
#define KEYTURN_CAPABILITIES_INSECURE_SHIFT 16
#define KEYTURN_CAPABILITIES_INSECURE_MASK 0x00010000u /* the engine protects nothing (paper, section VII): simulation only */
#define KEYTURN_CAPABILITIES_WINDOWS_SHIFT 17
#define KEYTURN_CAPABILITIES_WINDOWS_MASK 0x00020000u /* late frames can be delivered (deliverLate) */
#define KEYTURN_CAPABILITIES_MORE_RELATIONS_SHIFT 24
#define KEYTURN_CAPABILITIES_MORE_RELATIONS_MASK 0xff000000u /* relations beside the first: each has a page of 4096 octets with these registers */

/* control (rw): operation; 0 after reset */
#define KEYTURN_CONTROL_OFFSET 0x008u
#define KEYTURN_CONTROL_RESET 0x00000000u
#define KEYTURN_CONTROL_ENABLE_SHIFT 0
#define KEYTURN_CONTROL_ENABLE_MASK 0x00000001u /* send and receive secured frames */
#define KEYTURN_CONTROL_ENCRYPT_SHIFT 1
#define KEYTURN_CONTROL_ENCRYPT_MASK 0x00000002u /* 0 authentication only, 1 authenticated encryption */
#define KEYTURN_CONTROL_TAGGED_SHIFT 2
#define KEYTURN_CONTROL_TAGGED_MASK 0x00000004u /* send with a VLAN tag */
#define KEYTURN_CONTROL_PASS_RECEIVED_SHIFT 3
#define KEYTURN_CONTROL_PASS_RECEIVED_MASK 0x00000008u /* hand on received frames that are not ours */
#define KEYTURN_CONTROL_PASS_TRANSMITTED_SHIFT 4
#define KEYTURN_CONTROL_PASS_TRANSMITTED_MASK 0x00000010u /* send frames of the host between ours */
#define KEYTURN_CONTROL_STD_SHIFT 5
#define KEYTURN_CONTROL_STD_MASK 0x00000020u /* header profile: 0 paper, 1 std */
#define KEYTURN_CONTROL_DELIVER_LATE_SHIFT 6
#define KEYTURN_CONTROL_DELIVER_LATE_MASK 0x00000040u /* 1 delivers late frames too, each once, within 64 counters of the newest of its key; 0 those that are newer than all before. Hardware without windows (capabilities) does the latter, whatever stands here */

/* status (ro): the slots as they stand (paper, Fig. 5) */
#define KEYTURN_STATUS_OFFSET 0x00cu
#define KEYTURN_STATUS_RESET 0x01000000u
#define KEYTURN_STATUS_PROVIDER_STATES_SHIFT 0
#define KEYTURN_STATUS_PROVIDER_STATES_MASK 0x000000ffu /* provider view, 2 bits a slot: 0 Unused, 1 Pending, 2 Active, 3 Obsolete */
#define KEYTURN_STATUS_CONSUMER_STATES_SHIFT 8
#define KEYTURN_STATUS_CONSUMER_STATES_MASK 0x0000ff00u /* consumer view, likewise */
#define KEYTURN_STATUS_CURRENT_KEY_ID_SHIFT 16
#define KEYTURN_STATUS_CURRENT_KEY_ID_MASK 0x000f0000u /* KeyId of the provider-Active slot */
#define KEYTURN_STATUS_NEXT_KEY_ID_SHIFT 20
#define KEYTURN_STATUS_NEXT_KEY_ID_MASK 0x00f00000u /* KeyId that the next frame announces or signals ready */
#define KEYTURN_STATUS_PUSH_READY_SHIFT 24
#define KEYTURN_STATUS_PUSH_READY_MASK 0x01000000u /* a key can be pushed now: a slot is Unused in both views and nothing is Pending */
#define KEYTURN_STATUS_ERASING_SHIFT 25
#define KEYTURN_STATUS_ERASING_MASK 0x02000000u /* an erase of all keys is not done: a key may be left in a slot or in an engine */

/* request (ro): follower: the rekey that the newest authentic frame asks for */
#define KEYTURN_REQUEST_OFFSET 0x010u
#define KEYTURN_REQUEST_RESET 0x00000000u
#define KEYTURN_REQUEST_VALID_SHIFT 0
#define KEYTURN_REQUEST_VALID_MASK 0x00000001u /* a request stands */
#define KEYTURN_REQUEST_KEY_ID_SHIFT 4
#define KEYTURN_REQUEST_KEY_ID_MASK 0x000000f0u /* the requested KeyId */

/* interruptStatus (w1c): what happened by the event that was taken last, if it was of this relation */
#define KEYTURN_INTERRUPT_STATUS_OFFSET 0x014u
#define KEYTURN_INTERRUPT_STATUS_RESET 0x00000000u
#define KEYTURN_INTERRUPT_STATUS_RECEIVED_SHIFT 0
#define KEYTURN_INTERRUPT_STATUS_RECEIVED_MASK 0x00000001u /* a payload was delivered into the RX FIFO */
#define KEYTURN_INTERRUPT_STATUS_REQUEST_SHIFT 1
#define KEYTURN_INTERRUPT_STATUS_REQUEST_MASK 0x00000002u /* a rekey request arrived */
#define KEYTURN_INTERRUPT_STATUS_SLOTS_SHIFT 2
#define KEYTURN_INTERRUPT_STATUS_SLOTS_MASK 0x00000004u /* a slot changed its state */
#define KEYTURN_INTERRUPT_STATUS_COUNTER_SHIFT 3
#define KEYTURN_INTERRUPT_STATUS_COUNTER_MASK 0x00000008u /* the frame counter reached counterThreshold */
#define KEYTURN_INTERRUPT_STATUS_WATCHDOG_SHIFT 4
#define KEYTURN_INTERRUPT_STATUS_WATCHDOG_MASK 0x00000010u /* the image that is received has expired: nothing was delivered for dataHold */

/* interruptEnable (rw): which of them are events, in all relations; the interrupt line is high while an event waits to be taken */
#define KEYTURN_INTERRUPT_ENABLE_OFFSET 0x018u
#define KEYTURN_INTERRUPT_ENABLE_RESET 0x00000000u
#define KEYTURN_INTERRUPT_ENABLE_RECEIVED_SHIFT 0
#define KEYTURN_INTERRUPT_ENABLE_RECEIVED_MASK 0x00000001u /* a payload was delivered into the RX FIFO */
#define KEYTURN_INTERRUPT_ENABLE_REQUEST_SHIFT 1
#define KEYTURN_INTERRUPT_ENABLE_REQUEST_MASK 0x00000002u /* a rekey request arrived */
#define KEYTURN_INTERRUPT_ENABLE_SLOTS_SHIFT 2
#define KEYTURN_INTERRUPT_ENABLE_SLOTS_MASK 0x00000004u /* a slot changed its state */
#define KEYTURN_INTERRUPT_ENABLE_COUNTER_SHIFT 3
#define KEYTURN_INTERRUPT_ENABLE_COUNTER_MASK 0x00000008u /* the frame counter reached counterThreshold */
#define KEYTURN_INTERRUPT_ENABLE_WATCHDOG_SHIFT 4
#define KEYTURN_INTERRUPT_ENABLE_WATCHDOG_MASK 0x00000010u /* the image that is received has expired: nothing was delivered for dataHold */

/* obsoleteTimeout (rw): cycles that a key stays Obsolete in the consumer view after a switch (rule M9); 0 drops it at once, and more than 2^31 - 1 count as that many */
#define KEYTURN_OBSOLETE_TIMEOUT_OFFSET 0x01cu
#define KEYTURN_OBSOLETE_TIMEOUT_RESET 0x00000000u

/* destinationHigh (rw): first two octets of the destination address, in bits 15..0 */
#define KEYTURN_DESTINATION_HIGH_OFFSET 0x020u
#define KEYTURN_DESTINATION_HIGH_RESET 0x00000000u

/* destinationLow (rw): last four octets */
#define KEYTURN_DESTINATION_LOW_OFFSET 0x024u
#define KEYTURN_DESTINATION_LOW_RESET 0x00000000u

/* sourceHigh (rw): first two octets of the source address, in bits 15..0 */
#define KEYTURN_SOURCE_HIGH_OFFSET 0x028u
#define KEYTURN_SOURCE_HIGH_RESET 0x00000000u

/* sourceLow (rw): last four octets */
#define KEYTURN_SOURCE_LOW_OFFSET 0x02cu
#define KEYTURN_SOURCE_LOW_RESET 0x00000000u

/* vlanTci (rw): TCI of the VLAN tag, in bits 15..0 */
#define KEYTURN_VLAN_TCI_OFFSET 0x030u
#define KEYTURN_VLAN_TCI_RESET 0x00000000u

/* transmitFrameId (rw): FrameID of frames sent, in bits 15..0 */
#define KEYTURN_TRANSMIT_FRAME_ID_OFFSET 0x034u
#define KEYTURN_TRANSMIT_FRAME_ID_RESET 0x00000000u

/* receiveFrameId (rw): FrameID of frames that are ours, in bits 15..0 */
#define KEYTURN_RECEIVE_FRAME_ID_OFFSET 0x038u
#define KEYTURN_RECEIVE_FRAME_ID_RESET 0x00000000u

/* counterThreshold (rw): frame counter at which the counter interrupt is raised */
#define KEYTURN_COUNTER_THRESHOLD_OFFSET 0x03cu
#define KEYTURN_COUNTER_THRESHOLD_RESET 0x00000000u

/* keyPush (wo): Push: moves the staged keys into a slot under the KeyId in bits 3..0, and zeroes the staging */
#define KEYTURN_KEY_PUSH_OFFSET 0x07cu

/* pushResult (ro): how the last Push ended */
#define KEYTURN_PUSH_RESULT_OFFSET 0x080u
#define KEYTURN_PUSH_RESULT_RESET 0x00000000u
#define KEYTURN_PUSH_RESULT_ACCEPTED_SHIFT 0
#define KEYTURN_PUSH_RESULT_ACCEPTED_MASK 0x00000001u /* the key is installed */
#define KEYTURN_PUSH_RESULT_REFUSED_SHIFT 1
#define KEYTURN_PUSH_RESULT_REFUSED_MASK 0x00000002u /* no slot was free, a key was Pending, or the KeyId was in use or withdrawn */

/* transmitCounter (ro): counter of the last frame sent under the Active key; 0 before the first */
#define KEYTURN_TRANSMIT_COUNTER_OFFSET 0x084u
#define KEYTURN_TRANSMIT_COUNTER_RESET 0x00000000u

/* eraseAll (wo): writing 0x45524153, "ERAS", erases the staged keys at once, and every slot in both views, the request and the counters as soon as no frame is being opened; a Push that waits is refused. It is done when the erasing bit of the status reads 0: no key is left anywhere. Any other value answers SLVERR. Push a key that was never used after it: its counters start at 1 */
#define KEYTURN_ERASE_ALL_OFFSET 0x088u
#define KEYTURN_ERASE_ALL_VALUE 0x45524153u

/* cancel (wo): initiator: writing 0x434E434C, "CNCL", erases the key that is announced, if neither view has switched to it and none was withdrawn under the Active key (rule M12), as soon as no frame is being opened; no key is pushed under its KeyId before the provider has switched. Any other value answers SLVERR */
#define KEYTURN_CANCEL_OFFSET 0x08cu
#define KEYTURN_CANCEL_VALUE 0x434e434cu

/* transmitData (wo): TX FIFO: C_SDU length, APDU status, then the C_SDU, octet 0 in bits 7..0 */
#define KEYTURN_TRANSMIT_DATA_OFFSET 0x090u

/* transmitSpace (ro): words that the TX FIFO can take */
#define KEYTURN_TRANSMIT_SPACE_OFFSET 0x094u

/* cancelResult (ro): how the last cancel ended; 0 while it waits */
#define KEYTURN_CANCEL_RESULT_OFFSET 0x098u
#define KEYTURN_CANCEL_RESULT_RESET 0x00000000u
#define KEYTURN_CANCEL_RESULT_ACCEPTED_SHIFT 0
#define KEYTURN_CANCEL_RESULT_ACCEPTED_MASK 0x00000001u /* the key is erased, and announced no longer */
#define KEYTURN_CANCEL_RESULT_REFUSED_SHIFT 1
#define KEYTURN_CANCEL_RESULT_REFUSED_MASK 0x00000002u /* no key was Pending in both views, one was withdrawn before, or this is a follower */

/* receiveData (ro, a read takes the value away): RX FIFO, popped by the read: C_SDU length, C_SDU, octet 0 in bits 7..0, then APDU status; 0 when empty */
#define KEYTURN_RECEIVE_DATA_OFFSET 0x0a0u
#define KEYTURN_RECEIVE_DATA_RESET 0x00000000u

/* receiveLevel (ro): words of delivered records in the RX FIFO */
#define KEYTURN_RECEIVE_LEVEL_OFFSET 0x0a4u
#define KEYTURN_RECEIVE_LEVEL_RESET 0x00000000u

/* receiveRelation (ro): whose the oldest record in the RX FIFO is: in its page it is read */
#define KEYTURN_RECEIVE_RELATION_OFFSET 0x0a8u
#define KEYTURN_RECEIVE_RELATION_RESET 0x00000000u
#define KEYTURN_RECEIVE_RELATION_RELATION_SHIFT 0
#define KEYTURN_RECEIVE_RELATION_RELATION_MASK 0x000000ffu /* number of the relation */
#define KEYTURN_RECEIVE_RELATION_VALID_SHIFT 16
#define KEYTURN_RECEIVE_RELATION_VALID_MASK 0x00010000u /* there is a record */

/* event (ro, a read takes the value away): the relation to which something happened first, taken from the queue by the read; what happened stands in the interruptStatus of its page, until the next one is taken */
#define KEYTURN_EVENT_OFFSET 0x0acu
#define KEYTURN_EVENT_RESET 0x00000000u
#define KEYTURN_EVENT_RELATION_SHIFT 0
#define KEYTURN_EVENT_RELATION_MASK 0x000000ffu /* number of the relation */
#define KEYTURN_EVENT_INTERRUPTS_SHIFT 8
#define KEYTURN_EVENT_INTERRUPTS_MASK 0x00001f00u /* as in interruptStatus, of those that are enabled */
#define KEYTURN_EVENT_VALID_SHIFT 16
#define KEYTURN_EVENT_VALID_MASK 0x00010000u /* there was one */

/* frameIdBase (rw): first of the 2048 FrameIDs that relations can receive; written while none has one */
#define KEYTURN_FRAME_ID_BASE_OFFSET 0x0b0u
#define KEYTURN_FRAME_ID_BASE_RESET 0x00008000u

/* mapVersion (ro): version of this map */
#define KEYTURN_MAP_VERSION_OFFSET 0x0f0u
#define KEYTURN_MAP_VERSION_RESET 0x00040000u
#define KEYTURN_MAP_VERSION_MINOR_SHIFT 0
#define KEYTURN_MAP_VERSION_MINOR_MASK 0x0000ffffu /* registers may have been added */
#define KEYTURN_MAP_VERSION_MAJOR_SHIFT 16
#define KEYTURN_MAP_VERSION_MAJOR_MASK 0xffff0000u /* software for another one must not touch the registers */

/* buildId (ro): first 32 bits of a hash over configuration and generated hardware; 0 in a simulation */
#define KEYTURN_BUILD_ID_OFFSET 0x0f4u

/* framesSent (ro): secured frames sent */
#define KEYTURN_FRAMES_SENT_OFFSET 0x100u
#define KEYTURN_FRAMES_SENT_RESET 0x00000000u

/* framesReceived (ro): frames of ours received, whatever became of them */
#define KEYTURN_FRAMES_RECEIVED_OFFSET 0x104u
#define KEYTURN_FRAMES_RECEIVED_RESET 0x00000000u

/* framesDelivered (ro): authentic and newest: payload delivered */
#define KEYTURN_FRAMES_DELIVERED_OFFSET 0x108u
#define KEYTURN_FRAMES_DELIVERED_RESET 0x00000000u

/* framesStale (ro): authentic, but not newer than the last: duplicates, replays, overtaken frames */
#define KEYTURN_FRAMES_STALE_OFFSET 0x10cu
#define KEYTURN_FRAMES_STALE_RESET 0x00000000u

/* framesUnknownKey (ro): currentKeyId named no slot in use */
#define KEYTURN_FRAMES_UNKNOWN_KEY_OFFSET 0x110u
#define KEYTURN_FRAMES_UNKNOWN_KEY_RESET 0x00000000u

/* framesIcvFailed (ro): the ICV did not match */
#define KEYTURN_FRAMES_ICV_FAILED_OFFSET 0x114u
#define KEYTURN_FRAMES_ICV_FAILED_RESET 0x00000000u

/* framesMalformed (ro): of ours, but too short or too long */
#define KEYTURN_FRAMES_MALFORMED_OFFSET 0x118u
#define KEYTURN_FRAMES_MALFORMED_RESET 0x00000000u

/* framesPassed (ro): not ours, handed on unchanged */
#define KEYTURN_FRAMES_PASSED_OFFSET 0x11cu
#define KEYTURN_FRAMES_PASSED_RESET 0x00000000u

/* framesOverflowed (ro): dropped because a buffer was full */
#define KEYTURN_FRAMES_OVERFLOWED_OFFSET 0x120u
#define KEYTURN_FRAMES_OVERFLOWED_RESET 0x00000000u

/* stalledCycles (ro): 0: no payload waits for a key (framesRefused) */
#define KEYTURN_STALLED_CYCLES_OFFSET 0x124u
#define KEYTURN_STALLED_CYCLES_RESET 0x00000000u

/* framesRefused (ro): records thrown away because no key was Active or its counter was used up: they would hold up those of other relations */
#define KEYTURN_FRAMES_REFUSED_OFFSET 0x128u
#define KEYTURN_FRAMES_REFUSED_RESET 0x00000000u

/* transmitKey (wo): staging of the provider key, octet 0 in bits 7..0 of the first word: 4 words for xor; 4 words, then 4 of H = E_K(0^128) for aes-128-gcm; 8 words, then 4 of H = E_K(0^128) for aes-256-gcm; 4 words for ascon-aead128 */
#define KEYTURN_TRANSMIT_KEY_OFFSET 0x140u
#define KEYTURN_TRANSMIT_KEY_WORDS 12u

/* transmitIv (wo): staging of the provider IV, 3 words */
#define KEYTURN_TRANSMIT_IV_OFFSET 0x170u
#define KEYTURN_TRANSMIT_IV_WORDS 3u

/* receiveKey (wo): staging of the consumer key, as transmitKey */
#define KEYTURN_RECEIVE_KEY_OFFSET 0x180u
#define KEYTURN_RECEIVE_KEY_WORDS 12u

/* receiveIv (wo): staging of the consumer IV, 3 words */
#define KEYTURN_RECEIVE_IV_OFFSET 0x1b0u
#define KEYTURN_RECEIVE_IV_WORDS 3u

/* imageCapacity (ro): words of the memory of images, of each direction; 0: the hardware has no images */
#define KEYTURN_IMAGE_CAPACITY_OFFSET 0x200u

/* providerLayout (rw): where the image that is sent lies: what was published before is gone. Written while it is not sent: without sends in sendSchedule, and without sending here. One that does not fit answers SLVERR */
#define KEYTURN_PROVIDER_LAYOUT_OFFSET 0x204u
#define KEYTURN_PROVIDER_LAYOUT_RESET 0x00000000u
#define KEYTURN_PROVIDER_LAYOUT_OFFSET_SHIFT 0
#define KEYTURN_PROVIDER_LAYOUT_OFFSET_MASK 0x0000ffffu /* word of the memory with which its three buffers begin */
#define KEYTURN_PROVIDER_LAYOUT_LENGTH_SHIFT 16
#define KEYTURN_PROVIDER_LAYOUT_LENGTH_MASK 0x07ff0000u /* octets of the image, at most 1440; 0: there is none */
#define KEYTURN_PROVIDER_LAYOUT_SENDING_SHIFT 31
#define KEYTURN_PROVIDER_LAYOUT_SENDING_MASK 0x80000000u /* read only: a frame of it waits, or takes its words */

/* sendSchedule (rw): when the image is sent (IEC 61158-6-10), in units of 31.25 us since the reset */
#define KEYTURN_SEND_SCHEDULE_OFFSET 0x208u
#define KEYTURN_SEND_SCHEDULE_RESET 0x00000000u
#define KEYTURN_SEND_SCHEDULE_PHASE_SHIFT 0
#define KEYTURN_SEND_SCHEDULE_PHASE_MASK 0x000001ffu /* send clock of a period in which the frame leaves, counted from 0 */
#define KEYTURN_SEND_SCHEDULE_REDUCTION_EXPONENT_SHIFT 12
#define KEYTURN_SEND_SCHEDULE_REDUCTION_EXPONENT_MASK 0x0000f000u /* ReductionRatio is 2 to the power of it: send clocks in a period; at most 9 */
#define KEYTURN_SEND_SCHEDULE_SEND_CLOCK_EXPONENT_SHIFT 16
#define KEYTURN_SEND_SCHEDULE_SEND_CLOCK_EXPONENT_MASK 0x00070000u /* SendClockFactor is 2 to the power of it: units in a send clock */
#define KEYTURN_SEND_SCHEDULE_SENDS_SHIFT 31
#define KEYTURN_SEND_SCHEDULE_SENDS_MASK 0x80000000u /* a frame leaves at each of its ticks */

/* providerPublish (wo): the words that were written are the image that is sent from now on, with this DataStatus; software has another buffer, of older words */
#define KEYTURN_PROVIDER_PUBLISH_OFFSET 0x20cu
#define KEYTURN_PROVIDER_PUBLISH_DATA_STATUS_SHIFT 0
#define KEYTURN_PROVIDER_PUBLISH_DATA_STATUS_MASK 0x000000ffu /* of the APDU status; the hardware makes its CycleCounter, and its TransferStatus is 0 */

/* sendLate (ro): ticks without a frame, because that of a tick before had not left */
#define KEYTURN_SEND_LATE_OFFSET 0x210u
#define KEYTURN_SEND_LATE_RESET 0x00000000u

/* consumerLayout (rw): where the image that is received lies: what came before is gone. Payloads of just that length go there, others and late ones into the RX FIFO. One that does not fit answers SLVERR */
#define KEYTURN_CONSUMER_LAYOUT_OFFSET 0x220u
#define KEYTURN_CONSUMER_LAYOUT_RESET 0x00000000u
#define KEYTURN_CONSUMER_LAYOUT_OFFSET_SHIFT 0
#define KEYTURN_CONSUMER_LAYOUT_OFFSET_MASK 0x0000ffffu /* word of the memory with which its three buffers begin */
#define KEYTURN_CONSUMER_LAYOUT_LENGTH_SHIFT 16
#define KEYTURN_CONSUMER_LAYOUT_LENGTH_MASK 0x07ff0000u /* octets of the image, at most 1440; 0: there is none */

/* dataHold (rw): units of 31.25 us for which an image is valid (DataHoldFactor periods), at most 61440; behind them it expires within two more, which is told as event; 0: never */
#define KEYTURN_DATA_HOLD_OFFSET 0x224u
#define KEYTURN_DATA_HOLD_RESET 0x00000000u

/* consumerAcquire (ro, a read takes the value away): the read makes the newest image that was delivered that of consumerImage, and says what came with it; 0: none was */
#define KEYTURN_CONSUMER_ACQUIRE_OFFSET 0x228u
#define KEYTURN_CONSUMER_ACQUIRE_RESET 0x00000000u
#define KEYTURN_CONSUMER_ACQUIRE_THERE_SHIFT 0
#define KEYTURN_CONSUMER_ACQUIRE_THERE_MASK 0x00000001u /* there is an image */
#define KEYTURN_CONSUMER_ACQUIRE_FRESH_SHIFT 1
#define KEYTURN_CONSUMER_ACQUIRE_FRESH_MASK 0x00000002u /* it was not acquired before */
#define KEYTURN_CONSUMER_ACQUIRE_EXPIRED_SHIFT 2
#define KEYTURN_CONSUMER_ACQUIRE_EXPIRED_MASK 0x00000004u /* no image was delivered for dataHold: it is invalid */
#define KEYTURN_CONSUMER_ACQUIRE_TRANSFER_FAULT_SHIFT 3
#define KEYTURN_CONSUMER_ACQUIRE_TRANSFER_FAULT_MASK 0x00000008u /* its TransferStatus was not 0 */
#define KEYTURN_CONSUMER_ACQUIRE_DATA_STATUS_SHIFT 8
#define KEYTURN_CONSUMER_ACQUIRE_DATA_STATUS_MASK 0x0000ff00u /* of its APDU status */
#define KEYTURN_CONSUMER_ACQUIRE_CYCLE_COUNTER_SHIFT 16
#define KEYTURN_CONSUMER_ACQUIRE_CYCLE_COUNTER_MASK 0xffff0000u /* of its APDU status */

/* providerImage (wo): words of software's buffer, octet 0 in bits 7..0 of the first; one beyond the length answers SLVERR */
#define KEYTURN_PROVIDER_IMAGE_OFFSET 0x400u
#define KEYTURN_PROVIDER_IMAGE_WORDS 360u

/* consumerImage (ro): words of the image that was acquired, octet 0 in bits 7..0 of the first, until the next acquisition; 0 beyond its length */
#define KEYTURN_CONSUMER_IMAGE_OFFSET 0xa00u
#define KEYTURN_CONSUMER_IMAGE_WORDS 360u
#define KEYTURN_CONSUMER_IMAGE_RESET 0x00000000u

/* 32-bit accesses only; what is read-only is const, what is write-only must not be read */
struct keyturn_registers {
  const volatile uint32_t identification;
  const volatile uint32_t capabilities;
  volatile uint32_t control;
  const volatile uint32_t status;
  const volatile uint32_t request;
  volatile uint32_t interrupt_status;
  volatile uint32_t interrupt_enable;
  volatile uint32_t obsolete_timeout;
  volatile uint32_t destination_high;
  volatile uint32_t destination_low;
  volatile uint32_t source_high;
  volatile uint32_t source_low;
  volatile uint32_t vlan_tci;
  volatile uint32_t transmit_frame_id;
  volatile uint32_t receive_frame_id;
  volatile uint32_t counter_threshold;
  uint32_t reserved_040[15];
  volatile uint32_t key_push;
  const volatile uint32_t push_result;
  const volatile uint32_t transmit_counter;
  volatile uint32_t erase_all;
  volatile uint32_t cancel;
  volatile uint32_t transmit_data;
  const volatile uint32_t transmit_space;
  const volatile uint32_t cancel_result;
  uint32_t reserved_09c[1];
  const volatile uint32_t receive_data;
  const volatile uint32_t receive_level;
  const volatile uint32_t receive_relation;
  const volatile uint32_t event;
  volatile uint32_t frame_id_base;
  uint32_t reserved_0b4[15];
  const volatile uint32_t map_version;
  const volatile uint32_t build_id;
  uint32_t reserved_0f8[2];
  const volatile uint32_t frames_sent;
  const volatile uint32_t frames_received;
  const volatile uint32_t frames_delivered;
  const volatile uint32_t frames_stale;
  const volatile uint32_t frames_unknown_key;
  const volatile uint32_t frames_icv_failed;
  const volatile uint32_t frames_malformed;
  const volatile uint32_t frames_passed;
  const volatile uint32_t frames_overflowed;
  const volatile uint32_t stalled_cycles;
  const volatile uint32_t frames_refused;
  uint32_t reserved_12c[5];
  volatile uint32_t transmit_key[12];
  volatile uint32_t transmit_iv[3];
  uint32_t reserved_17c[1];
  volatile uint32_t receive_key[12];
  volatile uint32_t receive_iv[3];
  uint32_t reserved_1bc[17];
  const volatile uint32_t image_capacity;
  volatile uint32_t provider_layout;
  volatile uint32_t send_schedule;
  volatile uint32_t provider_publish;
  const volatile uint32_t send_late;
  uint32_t reserved_214[3];
  volatile uint32_t consumer_layout;
  volatile uint32_t data_hold;
  const volatile uint32_t consumer_acquire;
  uint32_t reserved_22c[117];
  volatile uint32_t provider_image[360];
  uint32_t reserved_9a0[24];
  const volatile uint32_t consumer_image[360];
};

/* C99 has no static assertion: an array of negative size stops the compiler */
typedef char keyturn_identification_is_in_place[offsetof(struct keyturn_registers, identification) == KEYTURN_IDENTIFICATION_OFFSET ? 1 : -1];
typedef char keyturn_capabilities_is_in_place[offsetof(struct keyturn_registers, capabilities) == KEYTURN_CAPABILITIES_OFFSET ? 1 : -1];
typedef char keyturn_control_is_in_place[offsetof(struct keyturn_registers, control) == KEYTURN_CONTROL_OFFSET ? 1 : -1];
typedef char keyturn_status_is_in_place[offsetof(struct keyturn_registers, status) == KEYTURN_STATUS_OFFSET ? 1 : -1];
typedef char keyturn_request_is_in_place[offsetof(struct keyturn_registers, request) == KEYTURN_REQUEST_OFFSET ? 1 : -1];
typedef char keyturn_interrupt_status_is_in_place[offsetof(struct keyturn_registers, interrupt_status) == KEYTURN_INTERRUPT_STATUS_OFFSET ? 1 : -1];
typedef char keyturn_interrupt_enable_is_in_place[offsetof(struct keyturn_registers, interrupt_enable) == KEYTURN_INTERRUPT_ENABLE_OFFSET ? 1 : -1];
typedef char keyturn_obsolete_timeout_is_in_place[offsetof(struct keyturn_registers, obsolete_timeout) == KEYTURN_OBSOLETE_TIMEOUT_OFFSET ? 1 : -1];
typedef char keyturn_destination_high_is_in_place[offsetof(struct keyturn_registers, destination_high) == KEYTURN_DESTINATION_HIGH_OFFSET ? 1 : -1];
typedef char keyturn_destination_low_is_in_place[offsetof(struct keyturn_registers, destination_low) == KEYTURN_DESTINATION_LOW_OFFSET ? 1 : -1];
typedef char keyturn_source_high_is_in_place[offsetof(struct keyturn_registers, source_high) == KEYTURN_SOURCE_HIGH_OFFSET ? 1 : -1];
typedef char keyturn_source_low_is_in_place[offsetof(struct keyturn_registers, source_low) == KEYTURN_SOURCE_LOW_OFFSET ? 1 : -1];
typedef char keyturn_vlan_tci_is_in_place[offsetof(struct keyturn_registers, vlan_tci) == KEYTURN_VLAN_TCI_OFFSET ? 1 : -1];
typedef char keyturn_transmit_frame_id_is_in_place[offsetof(struct keyturn_registers, transmit_frame_id) == KEYTURN_TRANSMIT_FRAME_ID_OFFSET ? 1 : -1];
typedef char keyturn_receive_frame_id_is_in_place[offsetof(struct keyturn_registers, receive_frame_id) == KEYTURN_RECEIVE_FRAME_ID_OFFSET ? 1 : -1];
typedef char keyturn_counter_threshold_is_in_place[offsetof(struct keyturn_registers, counter_threshold) == KEYTURN_COUNTER_THRESHOLD_OFFSET ? 1 : -1];
typedef char keyturn_key_push_is_in_place[offsetof(struct keyturn_registers, key_push) == KEYTURN_KEY_PUSH_OFFSET ? 1 : -1];
typedef char keyturn_push_result_is_in_place[offsetof(struct keyturn_registers, push_result) == KEYTURN_PUSH_RESULT_OFFSET ? 1 : -1];
typedef char keyturn_transmit_counter_is_in_place[offsetof(struct keyturn_registers, transmit_counter) == KEYTURN_TRANSMIT_COUNTER_OFFSET ? 1 : -1];
typedef char keyturn_erase_all_is_in_place[offsetof(struct keyturn_registers, erase_all) == KEYTURN_ERASE_ALL_OFFSET ? 1 : -1];
typedef char keyturn_cancel_is_in_place[offsetof(struct keyturn_registers, cancel) == KEYTURN_CANCEL_OFFSET ? 1 : -1];
typedef char keyturn_transmit_data_is_in_place[offsetof(struct keyturn_registers, transmit_data) == KEYTURN_TRANSMIT_DATA_OFFSET ? 1 : -1];
typedef char keyturn_transmit_space_is_in_place[offsetof(struct keyturn_registers, transmit_space) == KEYTURN_TRANSMIT_SPACE_OFFSET ? 1 : -1];
typedef char keyturn_cancel_result_is_in_place[offsetof(struct keyturn_registers, cancel_result) == KEYTURN_CANCEL_RESULT_OFFSET ? 1 : -1];
typedef char keyturn_receive_data_is_in_place[offsetof(struct keyturn_registers, receive_data) == KEYTURN_RECEIVE_DATA_OFFSET ? 1 : -1];
typedef char keyturn_receive_level_is_in_place[offsetof(struct keyturn_registers, receive_level) == KEYTURN_RECEIVE_LEVEL_OFFSET ? 1 : -1];
typedef char keyturn_receive_relation_is_in_place[offsetof(struct keyturn_registers, receive_relation) == KEYTURN_RECEIVE_RELATION_OFFSET ? 1 : -1];
typedef char keyturn_event_is_in_place[offsetof(struct keyturn_registers, event) == KEYTURN_EVENT_OFFSET ? 1 : -1];
typedef char keyturn_frame_id_base_is_in_place[offsetof(struct keyturn_registers, frame_id_base) == KEYTURN_FRAME_ID_BASE_OFFSET ? 1 : -1];
typedef char keyturn_map_version_is_in_place[offsetof(struct keyturn_registers, map_version) == KEYTURN_MAP_VERSION_OFFSET ? 1 : -1];
typedef char keyturn_build_id_is_in_place[offsetof(struct keyturn_registers, build_id) == KEYTURN_BUILD_ID_OFFSET ? 1 : -1];
typedef char keyturn_frames_sent_is_in_place[offsetof(struct keyturn_registers, frames_sent) == KEYTURN_FRAMES_SENT_OFFSET ? 1 : -1];
typedef char keyturn_frames_received_is_in_place[offsetof(struct keyturn_registers, frames_received) == KEYTURN_FRAMES_RECEIVED_OFFSET ? 1 : -1];
typedef char keyturn_frames_delivered_is_in_place[offsetof(struct keyturn_registers, frames_delivered) == KEYTURN_FRAMES_DELIVERED_OFFSET ? 1 : -1];
typedef char keyturn_frames_stale_is_in_place[offsetof(struct keyturn_registers, frames_stale) == KEYTURN_FRAMES_STALE_OFFSET ? 1 : -1];
typedef char keyturn_frames_unknown_key_is_in_place[offsetof(struct keyturn_registers, frames_unknown_key) == KEYTURN_FRAMES_UNKNOWN_KEY_OFFSET ? 1 : -1];
typedef char keyturn_frames_icv_failed_is_in_place[offsetof(struct keyturn_registers, frames_icv_failed) == KEYTURN_FRAMES_ICV_FAILED_OFFSET ? 1 : -1];
typedef char keyturn_frames_malformed_is_in_place[offsetof(struct keyturn_registers, frames_malformed) == KEYTURN_FRAMES_MALFORMED_OFFSET ? 1 : -1];
typedef char keyturn_frames_passed_is_in_place[offsetof(struct keyturn_registers, frames_passed) == KEYTURN_FRAMES_PASSED_OFFSET ? 1 : -1];
typedef char keyturn_frames_overflowed_is_in_place[offsetof(struct keyturn_registers, frames_overflowed) == KEYTURN_FRAMES_OVERFLOWED_OFFSET ? 1 : -1];
typedef char keyturn_stalled_cycles_is_in_place[offsetof(struct keyturn_registers, stalled_cycles) == KEYTURN_STALLED_CYCLES_OFFSET ? 1 : -1];
typedef char keyturn_frames_refused_is_in_place[offsetof(struct keyturn_registers, frames_refused) == KEYTURN_FRAMES_REFUSED_OFFSET ? 1 : -1];
typedef char keyturn_transmit_key_is_in_place[offsetof(struct keyturn_registers, transmit_key) == KEYTURN_TRANSMIT_KEY_OFFSET ? 1 : -1];
typedef char keyturn_transmit_iv_is_in_place[offsetof(struct keyturn_registers, transmit_iv) == KEYTURN_TRANSMIT_IV_OFFSET ? 1 : -1];
typedef char keyturn_receive_key_is_in_place[offsetof(struct keyturn_registers, receive_key) == KEYTURN_RECEIVE_KEY_OFFSET ? 1 : -1];
typedef char keyturn_receive_iv_is_in_place[offsetof(struct keyturn_registers, receive_iv) == KEYTURN_RECEIVE_IV_OFFSET ? 1 : -1];
typedef char keyturn_image_capacity_is_in_place[offsetof(struct keyturn_registers, image_capacity) == KEYTURN_IMAGE_CAPACITY_OFFSET ? 1 : -1];
typedef char keyturn_provider_layout_is_in_place[offsetof(struct keyturn_registers, provider_layout) == KEYTURN_PROVIDER_LAYOUT_OFFSET ? 1 : -1];
typedef char keyturn_send_schedule_is_in_place[offsetof(struct keyturn_registers, send_schedule) == KEYTURN_SEND_SCHEDULE_OFFSET ? 1 : -1];
typedef char keyturn_provider_publish_is_in_place[offsetof(struct keyturn_registers, provider_publish) == KEYTURN_PROVIDER_PUBLISH_OFFSET ? 1 : -1];
typedef char keyturn_send_late_is_in_place[offsetof(struct keyturn_registers, send_late) == KEYTURN_SEND_LATE_OFFSET ? 1 : -1];
typedef char keyturn_consumer_layout_is_in_place[offsetof(struct keyturn_registers, consumer_layout) == KEYTURN_CONSUMER_LAYOUT_OFFSET ? 1 : -1];
typedef char keyturn_data_hold_is_in_place[offsetof(struct keyturn_registers, data_hold) == KEYTURN_DATA_HOLD_OFFSET ? 1 : -1];
typedef char keyturn_consumer_acquire_is_in_place[offsetof(struct keyturn_registers, consumer_acquire) == KEYTURN_CONSUMER_ACQUIRE_OFFSET ? 1 : -1];
typedef char keyturn_provider_image_is_in_place[offsetof(struct keyturn_registers, provider_image) == KEYTURN_PROVIDER_IMAGE_OFFSET ? 1 : -1];
typedef char keyturn_consumer_image_is_in_place[offsetof(struct keyturn_registers, consumer_image) == KEYTURN_CONSUMER_IMAGE_OFFSET ? 1 : -1];

#endif
