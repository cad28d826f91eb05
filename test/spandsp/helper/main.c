/* The peer: spandsp's caller-ID and DTMF machines on samples from standard input and to standard output, 8 kHz, 16 bits,
 * little-endian. One command a run:
 *
 *   adsi-tx class|clip HEX…       sound of each message (octets without checksum), half a second between
 *   adsi-rx class|clip            one line of hex for each message heard
 *   dtmf-tx KEYS ON OFF LEVEL TWIST   ms, ms, dBm0, dB
 *   dtmf-rx                       one line for each key: the number of samples taken in, the key
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <spandsp.h>

enum { BLOCK = 160 };

static long taken;

static int standard(const char *name)
{
    return strcmp(name, "clip") == 0 ? ADSI_STANDARD_CLIP : ADSI_STANDARD_CLASS;
}

static void put(const int16_t *amp, int n)
{
    if (n > 0 && fwrite(amp, sizeof *amp, (size_t) n, stdout) != (size_t) n)
        exit(1);
}

static void silence(int n)
{
    int16_t zero[BLOCK] = {0};
    for (; n > 0; n -= BLOCK)
        put(zero, n < BLOCK ? n : BLOCK);
}

static int send_messages(int argc, char **argv)
{
    int16_t amp[BLOCK];
    uint8_t msg[256];
    silence(4000);
    for (int i = 3; i < argc; i++)
    {
        adsi_tx_state_t *s = adsi_tx_init(NULL, standard(argv[2]));
        int len = 0, n;
        unsigned octet;
        for (const char *p = argv[i]; sscanf(p, "%2x", &octet) == 1 && len < 256; p += 2)
            msg[len++] = (uint8_t) octet;
        if (s == NULL || adsi_tx_put_message(s, msg, len) <= 0)
            return 1;
        while ((n = adsi_tx(s, amp, BLOCK)) > 0)
            put(amp, n);
        adsi_tx_free(s);
        silence(4000);
    }
    return 0;
}

static void print_message(void *user, const uint8_t *msg, int len)
{
    (void) user;
    for (int i = 0; i < len; i++)
        printf("%02x", msg[i]);
    printf("\n");
}

static int receive_messages(char **argv)
{
    int16_t amp[BLOCK];
    size_t n;
    adsi_rx_state_t *s = adsi_rx_init(NULL, standard(argv[2]), print_message, NULL);
    if (s == NULL)
        return 1;
    while ((n = fread(amp, sizeof *amp, BLOCK, stdin)) > 0)
        adsi_rx(s, amp, (int) n);
    adsi_rx_free(s);
    return 0;
}

static int send_keys(char **argv)
{
    int16_t amp[BLOCK];
    int n;
    const char *keys = argv[2];
    dtmf_tx_state_t *s = dtmf_tx_init(NULL);
    if (s == NULL)
        return 1;
    dtmf_tx_set_timing(s, atoi(argv[3]), atoi(argv[4]));
    dtmf_tx_set_level(s, atoi(argv[5]), atoi(argv[6]));
    silence(800);
    for (; *keys != 0; keys++)
    {
        dtmf_tx_put(s, keys, 1);
        while ((n = dtmf_tx(s, amp, BLOCK)) > 0)
            put(amp, n);
    }
    dtmf_tx_free(s);
    silence(800);
    return 0;
}

static void print_keys(void *user, const char *digits, int len)
{
    (void) user;
    for (int i = 0; i < len; i++)
        printf("%ld %c\n", taken, digits[i]);
}

static int receive_keys(void)
{
    int16_t amp[BLOCK];
    size_t n;
    dtmf_rx_state_t *s = dtmf_rx_init(NULL, print_keys, NULL);
    if (s == NULL)
        return 1;
    while ((n = fread(amp, sizeof *amp, BLOCK, stdin)) > 0)
    {
        taken += (long) n;
        dtmf_rx(s, amp, (int) n);
    }
    dtmf_rx_free(s);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 4 && strcmp(argv[1], "adsi-tx") == 0)
        return send_messages(argc, argv);
    if (argc == 3 && strcmp(argv[1], "adsi-rx") == 0)
        return receive_messages(argv);
    if (argc == 7 && strcmp(argv[1], "dtmf-tx") == 0)
        return send_keys(argv);
    if (argc == 2 && strcmp(argv[1], "dtmf-rx") == 0)
        return receive_keys();
    fprintf(stderr, "usage: adsi-tx|adsi-rx|dtmf-tx|dtmf-rx …\n");
    return 2;
}
