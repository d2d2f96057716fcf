package dev.closeout.counts;

import com.hazelcast.config.SerializerConfig;
import com.hazelcast.nio.serialization.ByteArraySerializer;
import dev.closeout.message.LaneId;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The forms in which cells travel between members: numbers, big-endian, one after the other; bytes and lists after their
 * length. Each form stands for itself, in bytes of a length that is told. So fields may be added at the end while nodes of two
 * releases run in one cluster, and a member that comes back from a split reads the first one that it gets: Hazelcast's compact
 * forms need a schema first, which travels apart and was late then.
 */
final class Serializers {
    /** Ids of ours; each names a form for good. 7,000 to 7,003 were forms of one entry a client. */
    private static final int CELL_GROUP = 7_010;

    private static final int SET_CELLS = 7_011;
    private static final int TAKE_OUT = 7_012;
    private static final int TAKE_OUT_OLDER = 7_013;
    private static final int READ_TOTALS = 7_014;
    private static final int READ_LANES = 7_015;
    private static final int READ_GROUP = 7_016;

    private static final int LANE_BYTES = Long.BYTES + Integer.BYTES;

    private Serializers() {}

    static List<SerializerConfig> all() {
        return List.of(
                config(CellGroup.class, new Form<>(CELL_GROUP, GroupForm::size, GroupForm::write, GroupForm::read)),
                config(
                        SetCells.class,
                        new Form<>(
                                SET_CELLS,
                                set -> LANE_BYTES
                                        + 3 * Long.BYTES
                                        + size(set.clients())
                                        + set.connections().length * Integer.BYTES,
                                Serializers::write,
                                Serializers::readSetCells)),
                config(
                        TakeOut.class,
                        new Form<>(
                                TAKE_OUT,
                                takeOut -> 2 * Long.BYTES,
                                (takeOut, out) ->
                                        out.putLong(takeOut.incarnation()).putLong(takeOut.now()),
                                in -> new TakeOut(in.getLong(), in.getLong()))),
                config(
                        TakeOutOlder.class,
                        new Form<>(
                                TAKE_OUT_OLDER,
                                takeOut -> 2 * Long.BYTES
                                        + Integer.BYTES
                                        + takeOut.since().size() * (Integer.BYTES + Long.BYTES),
                                Serializers::write,
                                Serializers::readTakeOutOlder)),
                config(
                        ReadTotals.class,
                        new Form<>(
                                READ_TOTALS,
                                read -> size(read.clients()),
                                (read, out) -> write(read.clients(), out),
                                in -> new ReadTotals(readClients(in)))),
                config(
                        ReadLanes.class,
                        new Form<>(
                                READ_LANES,
                                read -> Integer.BYTES + read.client().length,
                                (read, out) -> write(read.client(), out),
                                in -> new ReadLanes(readBytes(in)))),
                config(ReadGroup.class, new Form<>(READ_GROUP, read -> 0, (read, out) -> {}, in -> new ReadGroup())));
    }

    private static <T> SerializerConfig config(Class<T> type, Form<T> form) {
        return new SerializerConfig().setTypeClass(type).setImplementation(form);
    }

    private static void write(SetCells set, ByteBuffer out) {
        write(set.lane(), out);
        out.putLong(set.version()).putLong(set.counted()).putLong(set.at());
        write(set.clients(), out);
        for (var connections : set.connections()) {
            out.putInt(connections);
        }
    }

    private static SetCells readSetCells(ByteBuffer in) {
        var lane = readLane(in);
        var version = in.getLong();
        var counted = in.getLong();
        var at = in.getLong();
        var clients = readClients(in);
        var connections = new int[clients.length];
        for (var i = 0; i < connections.length; i++) {
            connections[i] = in.getInt();
        }
        return new SetCells(lane, version, counted, at, clients, connections);
    }

    private static void write(TakeOutOlder takeOut, ByteBuffer out) {
        out.putLong(takeOut.incarnation()).putLong(takeOut.now());
        out.putInt(takeOut.since().size());
        takeOut.since().forEach((lane, batch) -> out.putInt(lane).putLong(batch));
    }

    private static TakeOutOlder readTakeOutOlder(ByteBuffer in) {
        var incarnation = in.getLong();
        var now = in.getLong();
        var lanes = in.getInt();
        var since = new HashMap<Integer, Long>();
        for (var i = 0; i < lanes; i++) {
            since.put(in.getInt(), in.getLong());
        }
        return new TakeOutOlder(incarnation, since, now);
    }

    static void write(LaneId lane, ByteBuffer out) {
        out.putLong(lane.incarnation()).putInt(lane.lane());
    }

    static LaneId readLane(ByteBuffer in) {
        return new LaneId(in.getLong(), in.getInt());
    }

    private static int size(byte[][] clients) {
        var size = Integer.BYTES;
        for (var client : clients) {
            size += Integer.BYTES + client.length;
        }
        return size;
    }

    private static void write(byte[][] clients, ByteBuffer out) {
        out.putInt(clients.length);
        for (var client : clients) {
            write(client, out);
        }
    }

    private static byte[][] readClients(ByteBuffer in) {
        var clients = new byte[in.getInt()][];
        for (var i = 0; i < clients.length; i++) {
            clients[i] = readBytes(in);
        }
        return clients;
    }

    static void write(byte[] bytes, ByteBuffer out) {
        out.putInt(bytes.length).put(bytes);
    }

    static byte[] readBytes(ByteBuffer in) {
        var bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }

    private interface Writing<T> {
        void write(T value, ByteBuffer out);
    }

    /** One form; {@code size} tells its bytes beforehand. */
    private record Form<T>(int typeId, ToIntFunction<T> size, Writing<T> writing, Function<ByteBuffer, T> reading)
            implements ByteArraySerializer<T> {
        @Override
        public int getTypeId() {
            return typeId;
        }

        @Override
        public byte[] write(T value) {
            var out = ByteBuffer.allocate(size.applyAsInt(value));
            writing.write(value, out);
            return out.array();
        }

        @Override
        public T read(byte[] bytes) {
            return reading.apply(ByteBuffer.wrap(bytes));
        }
    }
}
