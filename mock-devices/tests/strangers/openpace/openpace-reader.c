/* A reader on OpenPACE (libeac) and OpenSSL: PACE with generic mapping, secure messaging, chip authentication, active
 * authentication. What the protocols compute comes from those libraries; here are the commands around it.
 *
 *   openpace-reader FOLDER mrz|can PASSWORD CURVE
 *
 * PASSWORD is the MRZ information (number, birth, expiry, each with its check digit) or the card access number; CURVE is the
 * number of the chip authentication key's domain parameters (Doc 9303-11 9.5.1). Files go into FOLDER. */

#include <eac/ca.h>
#include <eac/eac.h>
#include <eac/pace.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <winscard.h>

/* Exported by libeac, but in no installed header. */
extern ASN1_OBJECT *EAC_OBJ_nid2obj(int nid);
extern int EAC_OBJ_txt2nid(const char *name);
extern BUF_MEM *KA_CTX_generate_key(const KA_CTX *ctx, BN_CTX *bn_ctx);
extern int KA_CTX_derive_keys(KA_CTX *ctx, const BUF_MEM *nonce, EVP_MD_CTX *md_ctx);

#define LONGEST 65536
#define CHUNK 0xC0

static SCARDHANDLE card;
static EAC_CTX *eac;
static const char *folder;

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static BUF_MEM *buffer(const void *bytes, size_t length)
{
    BUF_MEM *out = BUF_MEM_new();
    if (!out || !BUF_MEM_grow(out, length ? length : 1))
        fail("memory");
    memcpy(out->data, bytes, length);
    out->length = length;
    return out;
}

/* One data object with a tag of one byte behind `out`; its length in all. */
static size_t push(unsigned char *out, unsigned char tag, const void *value, size_t length)
{
    size_t at = 0;
    out[at++] = tag;
    if (length > 0xFF)
        fail("object too long");
    if (length > 0x7F)
        out[at++] = 0x81;
    out[at++] = (unsigned char)length;
    memmove(out + at, value, length);
    return at + length;
}

/* The object with this tag of one byte among `bytes`; NULL when there is none. */
static const unsigned char *find(const unsigned char *bytes, size_t length, unsigned char tag, size_t *found)
{
    while (length >= 2) {
        size_t head = 2, value = bytes[1];
        if (value == 0x81 && length >= 3) {
            head = 3;
            value = bytes[2];
        } else if (value == 0x82 && length >= 4) {
            head = 4;
            value = (size_t)bytes[2] << 8 | bytes[3];
        } else if (value > 0x80) {
            return NULL;
        }
        if (head + value > length)
            return NULL;
        if (bytes[0] == tag) {
            *found = value;
            return bytes + head;
        }
        bytes += head + value;
        length -= head + value;
    }
    return NULL;
}

static unsigned transmit(const unsigned char *command, size_t length, unsigned char *answer, size_t *answered)
{
    DWORD room = LONGEST;
    LONG result = SCardTransmit(card, SCARD_PCI_T1, command, length, NULL, answer, &room);
    if (result != SCARD_S_SUCCESS)
        fail(pcsc_stringify_error(result));
    if (room < 2)
        fail("no status word");
    *answered = room - 2;
    return (unsigned)answer[room - 2] << 8 | answer[room - 1];
}

/* A plain command; Le is left out when negative. */
static unsigned plain(const unsigned char head[4], const void *data, size_t length, int le, unsigned char *answer,
                      size_t *answered)
{
    unsigned char command[300];
    size_t at = 4;
    memcpy(command, head, 4);
    if (length) {
        command[at++] = (unsigned char)length;
        memcpy(command + at, data, length);
        at += length;
    }
    if (le >= 0)
        command[at++] = (unsigned char)le;
    return transmit(command, at, answer, answered);
}

/* A command under secure messaging (Doc 9303-11 9.8) with even INS. */
static unsigned protect(const unsigned char head[4], const void *data, size_t length, int le, unsigned char *answer,
                        size_t *answered)
{
    unsigned char objects[600], message[700], command[300];
    size_t at = 0, found;
    BUF_MEM *padded, *cipher, *mac, *part;
    const unsigned char *value;
    unsigned status;

    EAC_increment_ssc(eac);
    if (length) {
        part = buffer(data, length);
        padded = EAC_add_iso_pad(eac, part);
        cipher = padded ? EAC_encrypt(eac, padded) : NULL;
        if (!cipher)
            fail("encryption");
        message[0] = 0x01;
        memcpy(message + 1, cipher->data, cipher->length);
        at += push(objects, 0x87, message, cipher->length + 1);
        BUF_MEM_free(part);
        BUF_MEM_free(padded);
        BUF_MEM_free(cipher);
    }
    if (le >= 0) {
        unsigned char expected = (unsigned char)le;
        at += push(objects + at, 0x97, &expected, 1);
    }
    memcpy(message, head, 4);
    message[0] |= 0x0C;
    part = buffer(message, 4);
    padded = EAC_add_iso_pad(eac, part);
    memcpy(message, padded->data, padded->length);
    memcpy(message + padded->length, objects, at);
    BUF_MEM_free(part);
    part = buffer(message, padded->length + at);
    BUF_MEM_free(padded);
    padded = at ? EAC_add_iso_pad(eac, part) : buffer(part->data, part->length);
    mac = EAC_authenticate(eac, padded);
    if (!mac)
        fail("authentication");
    at += push(objects + at, 0x8E, mac->data, mac->length);
    BUF_MEM_free(part);
    BUF_MEM_free(padded);
    BUF_MEM_free(mac);

    memcpy(command, head, 4);
    command[0] |= 0x0C;
    command[4] = (unsigned char)at;
    memcpy(command + 5, objects, at);
    command[5 + at] = 0;
    status = transmit(command, at + 6, answer, answered);
    if (*answered == 0)
        return status;

    EAC_increment_ssc(eac);
    value = find(answer, *answered, 0x8E, &found);
    if (!value || value < answer + 2)
        fail("an answer without checksum");
    mac = buffer(value, found);
    part = buffer(answer, (size_t)(value - 2 - answer));
    padded = EAC_add_iso_pad(eac, part);
    if (EAC_verify_authentication(eac, padded, mac) != 1)
        fail("an answer with a wrong checksum");
    BUF_MEM_free(part);
    BUF_MEM_free(padded);
    BUF_MEM_free(mac);
    value = find(answer, *answered, 0x99, &found);
    if (!value || found != 2)
        fail("an answer without protected status");
    status = (unsigned)value[0] << 8 | value[1];
    value = find(answer, *answered, 0x87, &found);
    *answered = 0;
    if (value && found > 1) {
        part = buffer(value + 1, found - 1);
        padded = EAC_decrypt(eac, part);
        cipher = padded ? EAC_remove_iso_pad(padded) : NULL;
        if (!cipher)
            fail("decryption");
        memcpy(answer, cipher->data, cipher->length);
        *answered = cipher->length;
        BUF_MEM_free(part);
        BUF_MEM_free(padded);
        BUF_MEM_free(cipher);
    }
    return status;
}

typedef unsigned (*sender)(const unsigned char[4], const void *, size_t, int, unsigned char *, size_t *);

static void expect(unsigned status, const char *what)
{
    if (status != 0x9000) {
        fprintf(stderr, "%s: %04X\n", what, status);
        exit(1);
    }
}

/* Reads a file by its number and keeps it under `name`. */
static size_t read_file(sender send, unsigned short number, const char *name, unsigned char *contents)
{
    static unsigned char answer[LONGEST];
    unsigned char head[4] = {0x00, 0xA4, 0x02, 0x0C}, id[2] = {(unsigned char)(number >> 8), (unsigned char)number};
    size_t got, at = 0, length = 4;
    char path[4096];
    FILE *file;
    expect(send(head, id, 2, -1, answer, &got), name);
    while (at < length) {
        size_t chunk = length - at < CHUNK ? length - at : CHUNK;
        unsigned char read[4] = {0x00, 0xB0, (unsigned char)(at >> 8), (unsigned char)at};
        expect(send(read, NULL, 0, (int)chunk, answer, &got), name);
        if (got == 0 || at + got > LONGEST)
            fail("an empty answer");
        memcpy(contents + at, answer, got);
        if (at == 0) {
            const unsigned char *value = contents;
            long inner;
            int tag, class;
            ERR_set_mark();
            ASN1_get_object(&value, &inner, &tag, &class, LONGEST);
            ERR_pop_to_mark();
            length = (size_t)(value - contents) + (size_t)inner;
        }
        at += got;
    }
    snprintf(path, sizeof path, "%s/EF.%s.bin", folder, name);
    file = fopen(path, "wb");
    if (!file || fwrite(contents, 1, length, file) != length || fclose(file))
        fail(path);
    return length;
}

/* GENERAL AUTHENTICATE: one object in 7C each way. */
static BUF_MEM *general_authenticate(sender send, unsigned char class, unsigned char tag, const BUF_MEM *in,
                                     unsigned char back)
{
    static unsigned char answer[LONGEST];
    unsigned char inner[300], data[300], head[4] = {class, 0x86, 0x00, 0x00};
    const unsigned char *value;
    size_t length = in ? push(inner, tag, in->data, in->length) : 0, got, found;
    expect(send(head, data, push(data, 0x7C, inner, length), 0, answer, &got), "GENERAL AUTHENTICATE");
    value = find(answer, got, 0x7C, &found);
    if (!back)
        return NULL;
    value = value ? find(value, found, back, &found) : NULL;
    if (!value)
        fail("GENERAL AUTHENTICATE: no such object");
    return buffer(value, found);
}

static void pace(const PACE_SEC *password, unsigned char reference)
{
    static unsigned char answer[LONGEST];
    const ASN1_OBJECT *protocol = EAC_OBJ_nid2obj(eac->pace_ctx->protocol);
    unsigned char data[64], head[4] = {0x00, 0x22, 0xC1, 0xA4};
    BUF_MEM *own, *theirs;
    size_t got, at = push(data, 0x80, OBJ_get0_data(protocol), OBJ_length(protocol));
    at += push(data + at, 0x83, &reference, 1);
    expect(plain(head, data, at, -1, answer, &got), "MSE:Set AT");
    theirs = general_authenticate(plain, 0x10, 0, NULL, 0x80);
    if (!PACE_STEP2_dec_nonce(eac, password, theirs))
        fail("nonce");
    own = PACE_STEP3A_generate_mapping_data(eac);
    theirs = own ? general_authenticate(plain, 0x10, 0x81, own, 0x82) : NULL;
    if (!theirs || !PACE_STEP3A_map_generator(eac, theirs))
        fail("mapping");
    own = PACE_STEP3B_generate_ephemeral_key(eac);
    theirs = own ? general_authenticate(plain, 0x10, 0x83, own, 0x84) : NULL;
    if (!theirs || !PACE_STEP3B_compute_shared_secret(eac, theirs) || !PACE_STEP3C_derive_keys(eac))
        fail("key agreement");
    own = PACE_STEP3D_compute_authentication_token(eac, theirs);
    theirs = own ? general_authenticate(plain, 0x00, 0x85, own, 0x86) : NULL;
    if (!theirs || PACE_STEP3D_verify_authentication_token(eac, theirs) != 1)
        fail("authentication token");
    if (!EAC_CTX_set_encryption_ctx(eac, EAC_ID_PACE))
        fail("secure messaging");
    puts("access");
}

/* The element of the SET in DG14 whose object identifier begins so; its contents after the identifier. */
static const unsigned char *security_info(const unsigned char *file, size_t length, const unsigned char *oid,
                                          size_t prefix, const unsigned char **identifier, size_t *rest)
{
    size_t inner;
    const unsigned char *at = find(file, length, 0x6E, &inner), *end;
    at = at ? find(at, inner, 0x31, &inner) : NULL;
    for (end = at + inner; at && at < end;) {
        size_t element, value;
        const unsigned char *info = find(at, (size_t)(end - at), 0x30, &element), *found;
        if (!info)
            return NULL;
        found = find(info, element, 0x06, &value);
        if (found && value >= prefix && !memcmp(found, oid, prefix)) {
            *identifier = found;
            *rest = element - (size_t)(found + value - info);
            return found + value;
        }
        at = info + element;
    }
    return NULL;
}

static void chip_authentication(const unsigned char *dg14, size_t length, int curve)
{
    static const unsigned char agreement[] = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, 0x02};
    static const unsigned char key[] = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x01, 0x02};
    static unsigned char answer[LONGEST];
    const unsigned char *oid, *ignored, *info;
    unsigned char point[200], data[300], head[4] = {0x00, 0x22, 0x41, 0xA4};
    char name[64];
    size_t rest, point_length, got;
    EVP_PKEY *chip_key;
    BUF_MEM *own, *theirs;
    int triple_des;

    info = security_info(dg14, length, agreement, sizeof agreement, &oid, &rest);
    if (!info)
        fail("DG14 announces no chip authentication");
    triple_des = oid[9] == 1;
    snprintf(name, sizeof name, "0.4.0.127.0.7.2.2.3.2.%d", oid[9]);
    info = security_info(dg14, length, key, sizeof key, &ignored, &rest);
    chip_key = info ? d2i_PUBKEY(NULL, &info, (long)rest) : NULL;
    if (!chip_key
        || !EVP_PKEY_get_octet_string_param(chip_key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &point_length))
        fail("the chip's key in DG14");
    theirs = buffer(point, point_length);
    if (!EAC_CTX_init_ca(eac, EAC_OBJ_txt2nid(name), curve))
        fail("chip authentication cannot begin");
    own = KA_CTX_generate_key(eac->ca_ctx->ka_ctx, eac->bn_ctx);
    if (!own)
        fail("ephemeral key");
    if (triple_des) {
        head[3] = 0xA6;
        expect(protect(head, data, push(data, 0x91, own->data, own->length), -1, answer, &got), "MSE:Set KAT");
    } else {
        expect(protect(head, data, push(data, 0x80, oid, sizeof agreement + 1), -1, answer, &got), "MSE:Set AT");
        general_authenticate(protect, 0x00, 0x80, own, 0);
    }
    if (!CA_STEP4_compute_shared_secret(eac, theirs) || !KA_CTX_derive_keys(eac->ca_ctx->ka_ctx, NULL, eac->md_ctx)
        || !EAC_CTX_set_encryption_ctx(eac, EAC_ID_CA))
        fail("key agreement of chip authentication");
}

/* ECDSA over the challenge; the signature is r and s in one (BSI TR-03111). */
static void active_authentication(const unsigned char *dg15, size_t length)
{
    static unsigned char answer[LONGEST];
    unsigned char challenge[8], head[4] = {0x00, 0x88, 0x00, 0x00}, *der = NULL;
    const unsigned char *at;
    size_t got, inner;
    int der_length, bits;
    EVP_PKEY *key;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    ECDSA_SIG *signature = ECDSA_SIG_new();

    at = find(dg15, length, 0x6F, &inner);
    key = at ? d2i_PUBKEY(NULL, &at, (long)inner) : NULL;
    if (!key)
        fail("the key in DG15");
    RAND_bytes(challenge, sizeof challenge);
    expect(protect(head, challenge, sizeof challenge, 0, answer, &got), "INTERNAL AUTHENTICATE");
    ECDSA_SIG_set0(signature, BN_bin2bn(answer, (int)got / 2, NULL), BN_bin2bn(answer + got / 2, (int)got / 2, NULL));
    der_length = i2d_ECDSA_SIG(signature, &der);
    bits = EVP_PKEY_get_bits(key);
    if (EVP_DigestVerifyInit(context, NULL, bits > 256 ? EVP_sha384() : EVP_sha256(), NULL, key) != 1
        || EVP_DigestVerify(context, der, (size_t)der_length, challenge, sizeof challenge) != 1)
        fail("active authentication: the signature is wrong");
    puts("active authentication");
}

static void connect_card(void)
{
    SCARDCONTEXT context;
    char readers[2048];
    DWORD protocol;
    LONG result = SCARD_E_NO_SMARTCARD;
    int tries;
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        fail("no pcscd");
    for (tries = 0; tries < 400 && result != SCARD_S_SUCCESS; tries++) {
        DWORD length = sizeof readers;
        struct timespec pause = {0, 50000000};
        if (SCardListReaders(context, NULL, readers, &length) == SCARD_S_SUCCESS)
            result = SCardConnect(context, readers, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &card, &protocol);
        if (result != SCARD_S_SUCCESS)
            nanosleep(&pause, NULL);
    }
    if (result != SCARD_S_SUCCESS)
        fail("no chip on the first reader");
}

int main(int argc, char **argv)
{
    static const unsigned char application[] = {0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01};
    static unsigned char answer[LONGEST], file[LONGEST], dg14[LONGEST], dg15[LONGEST];
    unsigned char master[4] = {0x00, 0xA4, 0x00, 0x0C}, select[4] = {0x00, 0xA4, 0x04, 0x0C}, hash[20];
    size_t got, length, dg14_length, dg15_length;
    PACE_SEC *password;
    int can;

    if (argc != 5)
        fail("openpace-reader FOLDER mrz|can PASSWORD CURVE");
    folder = argv[1];
    can = !strcmp(argv[2], "can");
    EAC_init();
    eac = EAC_CTX_new();
    connect_card();
    expect(plain(master, "\x3F\x00", 2, -1, answer, &got), "the master file");
    length = read_file(plain, 0x011C, "CardAccess", file);
    if (!EAC_CTX_init_ef_cardaccess(file, length, eac) || !eac->pace_ctx)
        fail("EF.CardAccess announces no PACE that OpenPACE knows");
    if (can) {
        password = PACE_SEC_new(argv[3], strlen(argv[3]), PACE_CAN);
    } else {
        /* OpenPACE takes the zone of a card only; of the passport's it takes the hash value. */
        SHA1((const unsigned char *)argv[3], strlen(argv[3]), hash);
        password = PACE_SEC_new((const char *)hash, sizeof hash, PACE_RAW);
    }
    pace(password, can ? 2 : 1);
    expect(protect(select, application, sizeof application, -1, answer, &got), "the application");
    read_file(protect, 0x011E, "COM", file);
    read_file(protect, 0x011D, "SOD", file);
    read_file(protect, 0x0101, "DG1", file);
    read_file(protect, 0x0102, "DG2", file);
    dg14_length = read_file(protect, 0x010E, "DG14", dg14);
    dg15_length = read_file(protect, 0x010F, "DG15", dg15);
    puts("read");
    active_authentication(dg15, dg15_length);
    chip_authentication(dg14, dg14_length, atoi(argv[4]));
    /* Only the holder of the private key can go on under the new keys. */
    read_file(protect, 0x0101, "DG1", file);
    puts("chip authentication");
    return 0;
}
