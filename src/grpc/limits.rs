//! The limits of the service.

use std::time::Duration;

use crate::action::limits::{MAX_COMMAND_BYTES, MAX_DOCUMENT_BYTES, MAX_TOOL_BYTES};
use crate::journal::limits::{
    CALL_CONTENT_BYTES, CALL_PAGE_CACHE_KIB, CALL_STEP_BYTES, MAX_QUEUED_RECORDS,
};
use crate::shadow::limits::MAX_GROUPS;

/// Calls that wait for an answer to a request for an approval.
pub const MAX_APPROVAL_WAITS: usize = 1_024;
/// Bytes of one message that comes in: an action document's limit, and room for framing.
pub const MAX_REQUEST_BYTES: usize = MAX_DOCUMENT_BYTES + MAX_TOOL_BYTES;
/// Bytes of one message that is read at all. Between the two limits it is read to be refused
/// precisely, in a stream in its place; above, the call ends as `OUT_OF_RANGE`.
pub const MAX_FRAME_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of one message that this program's client accepts.
pub const MAX_RESPONSE_BYTES: usize = 32 * 1024 * 1024;
/// Bytes of one message of a method that takes neither an action nor a pack.
pub const MAX_QUERY_BYTES: usize = 256 * 1024;
/// Bytes of an answer that are not counted beside [`CALL_BYTES`].
pub const SMALL_ANSWER_BYTES: usize = 4 * 1024;
/// Bytes that a call in flight is taken to hold by itself: its headers, its buffers, its task.
pub const CALL_BYTES: usize = 32 * 1024;
/// Bytes of requests and unsent answers that all calls of a roster of connections may have in memory: the
/// public door and the agents' door share one, and the admin door has another. One connection
/// may use half of what the others leave free, so some is left for a new one, however much the
/// others take (dynamic thresholds: Choudhury and Hahne, 1998). The call that wants more is
/// `RESOURCE_EXHAUSTED`.
pub const MAX_HELD_BYTES: usize = 96 * 1024 * 1024;
/// Bytes that one connection may use even if the others leave nothing free, so that small calls of
/// new connections are answered while the largest calls are being ended.
pub const MIN_CONNECTION_BYTES: usize = 128 * 1024;
/// Bytes above which the calls that have held most for longest are ended, as
/// `RESOURCE_EXHAUSTED` or with their connection.
pub const PRESSED_BYTES: usize = 72 * 1024 * 1024;
/// From a message's first piece to its last. A call that takes longer for one is
/// `DEADLINE_EXCEEDED`; between two messages a stream may be idle as long as it likes.
pub const MAX_MESSAGE_TIME: Duration = Duration::from_secs(10);
/// Connections that the public door and the agents' door have at once together, if there are
/// descriptors for so many.
pub const MAX_CONNECTIONS: usize = 512;
/// Connections that one peer has at once. Everybody on loopback is one peer.
pub const MAX_PEER_CONNECTIONS: usize = 384;
/// Connections that the admin door has at once.
pub const MAX_ADMIN_CONNECTIONS: usize = 64;
/// Connections of each listener that wait for a place, beside those that have one. A peer may have as
/// many of them as it leaves free; beyond, its new ones are closed, or by loopback wait in the backlog.
pub const MAX_WAITING_CONNECTIONS: usize = 32;
/// Connections that are being closed, beside those that have a place.
pub const MAX_LEAVING_CONNECTIONS: usize = 32;
/// How long a connection waits for a place, where all are taken by others at work.
pub const MAX_PLACE_WAIT: Duration = Duration::from_secs(4);
/// The pause between two attempts to get a place.
pub const PLACE_RETRY: Duration = Duration::from_millis(20);
/// How long a connection keeps its place at least, so that a rush of connections leaves each the
/// time to make its first call.
pub const MIN_PLACE_TIME: Duration = Duration::from_millis(500);
/// How long a connection at work keeps its place at least from others of its peer: a peer may be many,
/// such as everybody on loopback, and those who came first must not lock the others out. Below
/// [`MAX_PLACE_WAIT`], so that one who waits gets a place.
pub const PLACE_TIME: Duration = Duration::from_secs(3);
/// Descriptors that no connection gets: they are the journal's and its readers', the packs', the
/// checkpoints', the child processes' and the admin door's.
pub const RESERVED_DESCRIPTORS: usize = 448;
/// From accept(2) to the end of the client's preface and settings, and from the first byte of a
/// frame or a block of headers to its last.
pub const FRAME_TIME: Duration = Duration::from_secs(5);
/// From accept(2) to the first call.
pub const FIRST_CALL_TIME: Duration = Duration::from_secs(60);
/// How long a connection stays without a call in flight.
pub const IDLE_CONNECTION_TIME: Duration = Duration::from_mins(10);
/// How long a client may take nothing of an answer.
pub const ANSWER_UNREAD_TIME: Duration = Duration::from_secs(20);
/// How long the calls of a connection may be silent before its place is given to another one, if
/// all places are taken.
pub const SILENT_STREAM_TIME: Duration = Duration::from_secs(10);
/// The pause between two looks at the time limits of connections and calls.
pub const WATCH_INTERVAL: Duration = Duration::from_millis(500);
/// Frames without content that a client may send at once: pings, settings, resets, priorities,
/// window updates, continued headers, empty data.
pub const MAX_CONTROL_FRAMES: u64 = 2048;
/// Such frames that it may send each second beside.
pub const CONTROL_FRAMES_PER_SECOND: u64 = 512;
/// Bytes sent to a client that let it send one more: updates of windows and pings that measure
/// the way go with what it receives. Above the 17 bytes that answer a ping.
pub const SENT_BYTES_PER_CONTROL_FRAME: u64 = 32;
/// Calls that one connection may have open; no smaller than RFC 9113 section 6.5.2 recommends.
pub const MAX_CONCURRENT_STREAMS: u32 = 100;
/// Steps that the calls of a connection take together before other connections have their turn, if the
/// connection's last call wasn't answered.
pub const STEPS_OF_A_TURN: usize = 8;
/// Bytes of one call's headers.
pub const MAX_HEADER_LIST_BYTES: u32 = 16 * 1024;
/// Bytes that one call may send before it must wait (RFC 9113 section 6.9). What was sent and not
/// read yet is in memory.
pub const STREAM_WINDOW_BYTES: u32 = 64 * 1024;
/// Bytes that all calls of one connection together may send before they must wait.
pub const CONNECTION_WINDOW_BYTES: u32 = 512 * 1024;
/// Bytes of one call's answer that are handed to its connection before it has sent them.
pub const SEND_BUFFER_BYTES: usize = 64 * 1024;
/// Bytes of a piece of an answer: the largest frame that every client takes (RFC 9113 section
/// 4.2).
pub const ANSWER_PIECE_BYTES: usize = 16 * 1024;
/// Requests of one stream that are decided before the first of them is recorded.
pub const MAX_STREAM_AHEAD: usize = 512;
/// Requests of all streams together that are decided and not recorded, beside the first of each: as many
/// as the journal's queue holds. Their decisions and records are in memory, and others' records wait behind theirs.
pub const MAX_STREAMS_AHEAD: usize = MAX_QUEUED_RECORDS;
/// Bytes of large messages of streams that are decoded and not decided, of all streams together.
/// The next waits, and with it its stream.
pub const MAX_STREAM_AHEAD_BYTES: usize = 24 * 1024 * 1024;
/// Bytes of a message of a stream that is not counted among those: [`MAX_STREAM_AHEAD`] of them
/// are half of one large one.
pub const SMALL_MESSAGE_BYTES: usize = 4 * 1024;
/// Resets of a peer that one connection holds unhandled, before it is closed (CVE-2023-44487).
pub const MAX_PENDING_RESETS: usize = 64;
/// A connection that says nothing for so long is asked whether it is still there.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(30);
/// A connection that doesn't answer for so long is closed.
pub const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);
/// The pause after a connection that can't be accepted.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long a client waits by default for a connection or an answer. A client that asks before it
/// acts, such as a hook, waits as long.
pub const DEFAULT_ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a client waits for work that isn't a decision, such as the report of a shadow run,
/// from a service that has answered that it is there. A longer answer time-out takes its place.
pub const WORK_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a service may take to end after it was asked to stop.
pub const STOP_TIME_LIMIT: Duration = Duration::from_secs(10);
/// How long calls in flight may take to finish after shutdown began. Below [`STOP_TIME_LIMIT`],
/// because shadow runs are ended and the journal is closed after them.
pub const DRAIN_TIME_LIMIT: Duration = Duration::from_secs(8);
/// How long an open stream goes on after shutdown began, and a request is waited for, before the
/// call ends as `UNAVAILABLE`.
/// Below [`DRAIN_TIME_LIMIT`], so that its end still reaches the caller.
pub const STREAM_DRAIN_TIME: Duration = Duration::from_secs(5);
/// Threads for decisions that may take long, for each processor; and there is one more for
/// small ones of peers that have nothing under way.
pub const DECISION_THREADS_PER_CPU: usize = 1;
/// Calls that read, compile, lint or dry-run packs at once, for each door. They have turns of their own, so
/// that nobody can hold up decisions with them.
pub const MAX_INSPECTIONS: usize = 2;
/// Calls that watch divergences at once, for each door.
pub const MAX_WATCHERS: usize = 16;
/// How long work may wait for its turn, before it is `RESOURCE_EXHAUSTED`. Below
/// [`DRAIN_TIME_LIMIT`].
pub const MAX_TURN_WAIT: Duration = Duration::from_secs(5);
/// Work that a flow may have done in each round of turns. Above what most decisions take, so
/// that they have a turn in each round; far below the greatest, which then pays for rounds.
pub const TURN_QUANTUM: Duration = Duration::from_millis(2);
/// Pieces of work that may wait for a turn, for each kind of work.
pub const MAX_WAITING: usize = 16 * 1024;
/// Those of one peer among them, unless it is loopback, where peers can't be distinguished.
pub const MAX_WAITING_OF_PEER: usize = 4 * 1024;
/// Those of one connection among them.
pub const MAX_WAITING_OF_CONNECTION: usize = 2 * MAX_STREAM_AHEAD;
/// Bytes of target, plan and tool definition up to which an action may be decided where its
/// call is, if its work is little too; above, it waits for its turn.
pub const MAX_INLINE_BYTES: usize = 4 * 1024;
/// What a decision that waits for its turn is expected to cost for each byte, as an ordinary line
/// does: where one is chosen by what it costs, the least is first.
pub const EXPECTED_OF_BYTE: Duration = Duration::from_nanos(200);
/// Bytes of target, plan and tool definition up to which a decision may have the turn that is reserved for
/// small ones.
pub const MAX_SMALL_BYTES: usize = MAX_COMMAND_BYTES;
/// The greatest number of unanswered requests that this program's client sends on one stream.
pub const MAX_PIPELINED: usize = 1024;
/// Bytes that a call's buffer starts with.
pub const CALL_BUFFER_BYTES: usize = 4 * 1024;
/// Bytes of a stream's responses that are sent as one piece.
pub const STREAM_CHUNK_BYTES: usize = 32 * 1024;
/// Steps of reads of the journal that run at once, for each door.
pub const MAX_JOURNAL_STEPS: usize = 2;
/// Calls that read the journal at once, for each door. Each holds a connection to its database.
pub const MAX_JOURNAL_READS: usize = 64;
/// Groups that a caller says are explained: as many as a report can have.
pub const MAX_EXPLAINED_GROUPS: usize = MAX_GROUPS;
/// Bytes of memory that such a call takes by itself: the pages and contents that it keeps while it reads,
/// and the entries of one step.
pub const JOURNAL_READ_BYTES: usize =
    CALL_PAGE_CACHE_KIB as usize * 1024 + CALL_CONTENT_BYTES as usize + CALL_STEP_BYTES;
/// Bytes of memory that all calls of a door which read the journal may take by themselves. A call that
/// follows the journal gives its part back while it waits for records.
pub const MAX_JOURNAL_READ_BYTES: usize = 96 * 1024 * 1024;
const _: () = assert!(MAX_JOURNAL_READS * JOURNAL_READ_BYTES <= MAX_JOURNAL_READ_BYTES);
/// Calls that count requests for approvals at once, for each door. A count remembers as many requests as
/// [`MAX_APPROVALS_SEEN`](crate::journal::limits::MAX_APPROVALS_SEEN), and takes long.
pub const MAX_COUNTS_AT_ONCE: usize = 2;
/// How long a call that lasts keeps its share at least from others on loopback, if each connection there
/// has one. Everybody on loopback is one peer, and those who came first must not lock the others out.
pub const SHARE_TIME: Duration = Duration::from_secs(3);
/// Calls that gave their shares to others and have not ended yet: their clients take nothing of what they
/// answer. Beyond, none gives its share.
pub const MAX_LEAVING_CALLS: usize = 8;
/// Values of one list of a filter.
pub const MAX_FILTER_VALUES: usize = 64;
/// Bytes of a checkpoint that a caller sends.
pub const MAX_CHECKPOINT_BYTES: usize = 16 * 1024;
/// Characters of a reason in an answer about health: what a header has room for.
pub const MAX_REASON_CHARS: usize = 1024;
/// Explanations, lint reports and dry runs that one peer may ask for at once.
pub const MAX_INQUIRIES_AT_ONCE: u32 = 120;
/// After those, one more in each such time.
pub const INQUIRY_INTERVAL: Duration = Duration::from_millis(500);
/// Peers whose questions are counted. With so many, new ones must wait.
pub const MAX_INQUIRY_PEERS: usize = 4096;
