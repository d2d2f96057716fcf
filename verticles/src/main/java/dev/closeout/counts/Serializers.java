package dev.closeout.counts;

import com.hazelcast.config.SerializerConfig;
import com.hazelcast.nio.serialization.ByteArraySerializer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The forms in which cells travel between members: numbers, big-endian, one after the other. Each form stands for itself,
 * in bytes of a length that is told. So fields may be added at the end while nodes of two releases run in one cluster, and
 * a member that comes back from a split reads the first one that it gets: Hazelcast's compact forms need a schema first,
 * which travels apart and was late then.
 */
final class Serializers {
    /** Ids of ours; each names a form for good. */
    private static final int CELLS = 7_000;

    private static final int SET_CELL = 7_001;
    private static final int TAKE_OUT = 7_002;
    private static final int TAKE_OUT_OLDER = 7_003;

    private static final int CELL_BYTES = 3 * Long.BYTES + 2 * Integer.BYTES;

    private Serializers() {}

    static List<SerializerConfig> all() {
        return List.of(
                config(
                        Cells.class,
                        new Form<>(
                                CELLS,
                                cells -> Integer.BYTES + cells.cells().size() * CELL_BYTES,
                                Serializers::write,
                                Serializers::readCells)),
                config(
                        SetCell.class,
                        new Form<>(
                                SET_CELL,
                                set -> CELL_BYTES,
                                (set, out) -> write(set.cell(), out),
                                in -> new SetCell(readCell(in)))),
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
                                Serializers::readTakeOutOlder)));
    }

    private static <T> SerializerConfig config(Class<T> type, Form<T> form) {
        return new SerializerConfig().setTypeClass(type).setImplementation(form);
    }

    private static void write(Cells cells, ByteBuffer out) {
        out.putInt(cells.cells().size());
        cells.cells().forEach(cell -> write(cell, out));
    }

    private static Cells readCells(ByteBuffer in) {
        var size = in.getInt();
        var cells = new ArrayList<Cell>(size);
        for (var i = 0; i < size; i++) {
            cells.add(readCell(in));
        }
        return new Cells(cells);
    }

    private static void write(Cell cell, ByteBuffer out) {
        out.putLong(cell.incarnation())
                .putInt(cell.lane())
                .putLong(cell.version())
                .putInt(cell.connections())
                .putLong(cell.setAt());
    }

    private static Cell readCell(ByteBuffer in) {
        return new Cell(in.getLong(), in.getInt(), in.getLong(), in.getInt(), in.getLong());
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
